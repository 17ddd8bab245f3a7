// The list of documents: looked at while something is being read, chosen from, added to, removed from.

import { json, send, settled, toast, told } from "./asking.js";
import { openDocument } from "./evidence.js";

const EVERY = 700; // milliseconds between looks while something is being read
const chosen = new Set();
let timer;
let before = "";
const by = (id) => document.getElementById(id);

export const only = () => [...chosen];

async function look() {
  clearTimeout(timer);
  const found = await told(() => json(`library?matching=${encodeURIComponent(by("find-document").value)}`));
  if (!found) {
    timer = setTimeout(look, 4 * EVERY);
    return;
  }
  showStatus(found);
  if (found.html !== before) {
    before = found.html;
    by("documents").innerHTML = found.html || `<li class="none">${found.count ? "None has these words." : "Nothing yet."}</li>`;
    for (const box of by("documents").querySelectorAll("input")) box.checked = chosen.has(box.value);
  }
  by("how-many").textContent = found.count ? found.count.toLocaleString() : "";
  by("find-document").hidden = found.count < 8 && !by("find-document").value;
  by("remove-sample").hidden = !found.sample;
  by("add-folder").hidden = !found.folders;
  by("reading").hidden = found.settled;
  if (found.done === null) by("reading").removeAttribute("value");
  else by("reading").value = found.done;
  if (!found.settled) timer = setTimeout(look, EVERY);
}

function showStatus(found) {
  const said = document.createElement("span");
  said.className = found.settled ? "settled" : "busy";
  said.textContent = found.said;
  if (by("status").textContent !== found.said || !by("status").querySelector(`.${said.className}`)) by("status").replaceChildren(said);
  const unread = by("unread");
  unread.hidden = !found.unread.length;
  unread.querySelector("summary").textContent = found.unread.length === 1 ? "1 file was not read" : `${found.unread.length} files were not read`;
  unread.querySelector("ul").replaceChildren(
    ...found.unread.map(({ source, reason }) => {
      const item = document.createElement("li");
      const name = document.createElement("b");
      name.textContent = source;
      item.append(name, ` ${reason}`);
      return item;
    }),
  );
}

function showOnly() {
  by("only").hidden = !chosen.size;
  by("only").querySelector("span").textContent = chosen.size === 1 ? "Asking one document only." : `Asking ${chosen.size} documents only.`;
}

async function remove(path) {
  const done = await told(() => send("DELETE", path));
  if (!done) return;
  chosen.clear();
  showOnly();
  look();
  toast(`Removed: ${done.removed}.`, {
    name: "Undo",
    run: async () => {
      await told(() => send("POST", `library/undo/${done.undo}`));
      look();
    },
  });
}

async function addFiles(files) {
  for (const file of files) {
    const item = document.createElement("li");
    item.textContent = `Adding ${file.name} …`;
    by("uploads").append(item);
    try {
      await send("POST", `library/files?name=${encodeURIComponent(file.name)}`, file);
      item.remove();
    } catch (problem) {
      item.textContent = `${file.name}: ${problem.message} `;
      item.className = "problem";
      const again = document.createElement("button");
      again.textContent = "Try again";
      again.addEventListener("click", () => {
        item.remove();
        addFiles([file]);
      });
      item.append(again);
    }
    look();
  }
}

function onDocuments(event) {
  const item = event.target.closest(".document");
  if (!item) return;
  if (event.target.matches("input")) {
    chosen[event.target.checked ? "add" : "delete"](event.target.value);
    showOnly();
  } else if (event.target.closest(".remove")) remove(`library/documents/${item.dataset.document}`);
  else if (event.target.closest(".open")) openDocument(item.dataset.document);
}

function takeDrops() {
  const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    by("drop").hidden = false;
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) by("drop").hidden = true;
  });
  addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    by("drop").hidden = true;
    addFiles([...event.dataTransfer.files]);
  });
}

export function begin() {
  by("documents").addEventListener("click", onDocuments);
  by("find-document").addEventListener("input", settled(look));
  by("ask-all").addEventListener("click", () => {
    chosen.clear();
    for (const box of by("documents").querySelectorAll("input")) box.checked = false;
    showOnly();
  });
  by("add-files").addEventListener("click", () => by("files").click());
  by("files").addEventListener("change", () => {
    addFiles([...by("files").files]);
    by("files").value = "";
  });
  by("add-folder").addEventListener("click", () => {
    by("folder").hidden = !by("folder").hidden;
    by("folder-path").focus();
  });
  by("folder").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!(await told(() => send("POST", "library/folder", { path: by("folder-path").value })))) return;
    by("folder").hidden = true;
    by("folder-path").value = "";
    look();
  });
  by("sync-again").addEventListener("click", async () => {
    await told(() => send("POST", "library/sync"));
    look();
  });
  by("remove-sample").addEventListener("click", () => remove("library/sample"));
  takeDrops();
  look();
}
