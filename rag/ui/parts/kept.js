// What the browser keeps of a reader's choices. Where it may not, they hold until the page is left.

const now = new Map();

export function recall(name) {
  try {
    return localStorage.getItem(`footnote-${name}`) ?? now.get(name) ?? "";
  } catch {
    return now.get(name) ?? "";
  }
}

export function remember(name, value) {
  now.set(name, value);
  try {
    localStorage.setItem(`footnote-${name}`, value);
  } catch {
    // private windows and full stores
  }
}
