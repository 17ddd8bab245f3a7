// Requests to the server that sent the page, and how problems are told.

const root = new URL("..", import.meta.url);

export const address = (path) => new URL(path, root).href;

/** The response, or an Error whose message is the server's sentence. */
async function answered(path, options) {
  let response;
  try {
    response = await fetch(address(path), options);
  } catch {
    throw new Error("The chat does not answer. Is it still running?");
  }
  if (response.ok) return response;
  let said = `The chat answered ${response.status}.`;
  try {
    const body = await response.json();
    said = body.detail ?? body.error ?? said;
  } catch {
    // no JSON: the number must do
  }
  throw new Error(typeof said === "string" ? said : `The chat answered ${response.status}.`);
}

export const text = async (path) => (await answered(path)).text();
export const json = async (path) => (await answered(path)).json();

export async function send(method, path, body) {
  const options = { method, headers: {} };
  if (body instanceof Blob) options.body = body;
  else if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["content-type"] = "application/json";
  }
  return (await answered(path, options)).json();
}

let hiding;

/** Says something at the foot of the page for a while, with something that can be done about it. */
export function toast(said, action) {
  const place = document.getElementById("toast");
  place.textContent = said;
  if (action) {
    const button = document.createElement("button");
    button.textContent = action.name;
    button.addEventListener("click", () => {
      place.hidden = true;
      action.run();
    });
    place.append(" ", button);
  }
  place.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => (place.hidden = true), action ? 12_000 : 6_000);
}

/** Runs what may fail, and tells the reader why it did. */
export async function told(run) {
  try {
    return await run();
  } catch (problem) {
    toast(problem.message);
  }
}

/** Calls it when nothing was typed for a moment. */
export function settled(run, wait = 200) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, wait);
  };
}
