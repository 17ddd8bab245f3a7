// Begins the panels when Gradio has drawn the page, and watches the talk.

import { json, text, told } from "./asking.js";
import * as conversations from "./conversations.js";
import * as evidence from "./evidence.js";
import * as library from "./library.js";
import * as settings from "./settings.js";

const KEY = /^answer-(([a-z0-9]+)-(\d+))$/;
const by = (id) => document.getElementById(id);
let insteadOf = 0;
let suggestedFor = null;
let scrolledFor = "";

window.footnote ??= {};
window.footnote.wishes = () => {
  const wishes = { documents: library.only(), ...settings.chosen(), insteadOf };
  insteadOf = 0;
  return JSON.stringify(wishes);
};

const box = () => document.querySelector("#question textarea");

function write(question) {
  const native = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");
  native.set.call(box(), question);
  box().dispatchEvent(new Event("input", { bubbles: true }));
  box().focus();
}

function ask(question) {
  write(question);
  setTimeout(() => document.querySelector("#question .submit-button")?.click(), 50);
}

/** An answer is read from its beginning: its question is brought to the top, when it is asked and when it is answered. */
function bringUp(asked, last) {
  const now = `${asked} ${last?.id ?? ""} ${last?.classList.contains("writing") ?? ""}`;
  if (!asked || now === scrolledFor) return;
  scrolledFor = now;
  setTimeout(() => [...document.querySelectorAll("#conversation .user-row")].at(-1)?.scrollIntoView({ block: "start" }), 60);
}

function button(name, run) {
  const made = document.createElement("button");
  made.textContent = name;
  made.addEventListener("click", run);
  return made;
}

/** Below each answer that is finished: what can be done with it. */
function dress(answer) {
  const found = KEY.exec(answer.id);
  if (!found || answer.classList.contains("writing") || answer.querySelector(".actions")) return;
  const [, key, , number] = found;
  const question = () => answer.closest(".bot-row")?.previousElementSibling?.querySelector(".asked")?.textContent ?? "";
  const again = (run) => () => {
    insteadOf = Number(number);
    run(question());
  };
  const actions = document.createElement("p");
  actions.className = "actions";
  actions.append(
    button("Copy", async () => {
      const words = await told(() => text(`answers/${key}`));
      if (words) evidence.copy(words, "Copied the answer with its sources");
    }),
    button("Ask again", again(ask)),
    button("Edit question", again(write)),
  );
  answer.append(actions);
}

/** Questions that can be answered: to begin with, or after the last answer. */
async function suggest(answer) {
  const key = answer ? (KEY.exec(answer.id)?.[1] ?? "") : "";
  if (suggestedFor === key) return;
  suggestedFor = key;
  by("suggestions").replaceChildren();
  let found;
  try {
    found = await json(key ? `suggestions/${key}` : "suggestions");
  } catch {
    return; // there is simply nothing to suggest
  }
  if (suggestedFor !== key) return;
  by("suggestions").replaceChildren(...found.questions.map((question) => button(question, () => ask(question))));
}

function look() {
  const answers = [...document.querySelectorAll("#conversation .answer")];
  answers.forEach(dress);
  const last = answers.at(-1);
  const asked = document.querySelectorAll("#conversation .asked").length;
  const busy = document.querySelector("#question .stop-button");
  bringUp(asked, last);
  if (last) conversations.isNow(KEY.exec(last.id)?.[2] ?? "", !last.classList.contains("writing"));
  if (busy || (asked && !last)) {
    suggestedFor = null;
    by("suggestions").replaceChildren();
  } else if (!last || !last.classList.contains("writing")) suggest(last);
}

function begin() {
  for (const panel of [evidence, library, conversations, settings]) panel.begin();
  by("open-side").addEventListener("click", () => document.body.classList.toggle("has-side"));
  by("close-side").addEventListener("click", () => document.body.classList.remove("has-side"));
  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      look();
    });
  }).observe(document.querySelector("#talk"), { childList: true, subtree: true, characterData: true });
  look();
}

// Gradio draws the page by script: it is there when its last part is.
function whenThere() {
  if (by("proof") && by("documents") && by("suggestions") && by("status") && box()) begin();
  else setTimeout(whenThere, 30);
}
whenThere();
