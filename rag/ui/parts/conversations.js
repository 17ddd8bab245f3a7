// The list of conversations: opened, searched, renamed, taken away, deleted.

import { address, send, settled, text, told } from "./asking.js";
import { recall, remember } from "./kept.js";

const by = (id) => document.getElementById(id);

let looks = 0;

export async function look() {
  const mine = ++looks;
  const found = await told(() => text(`conversations?matching=${encodeURIComponent(by("find-conversation").value)}`));
  if (found === undefined || mine !== looks) return; // a later look knows better
  by("conversations").innerHTML = found;
  by("find-conversation").hidden = by("conversations").children.length < 6 && !by("find-conversation").value;
  mark();
}

function mark() {
  for (const item of by("conversations").querySelectorAll(".conversation"))
    item.classList.toggle("now", item.dataset.conversation === recall("conversation"));
}

let listedFor = "";

/** The conversation that is shown now ("" for one in which nothing was asked), and whether its last answer is kept: only then is it listed. */
export function isNow(id, finished) {
  const now = `${id} ${finished}`;
  if (listedFor === now && recall("conversation") === id) return;
  listedFor = now;
  remember("conversation", id);
  look();
}

export function open(id) {
  remember("conversation", id);
  window.footnote.tell(id);
  document.body.classList.remove("has-side");
  mark();
}

function offer(item, at) {
  const id = item.dataset.conversation;
  const menu = by("menu");
  const choices = [
    ["Rename", () => rename(item)],
    ...["md", "html", "json"].map((form) => [`Export as ${{ md: "Markdown", html: "a page", json: "JSON" }[form]}`, () => take(id, form)]),
    ["Delete", () => drop(item)],
  ];
  menu.replaceChildren(
    ...choices.map(([name, run]) => {
      const choice = document.createElement("button");
      choice.role = "menuitem";
      choice.textContent = name;
      choice.addEventListener("click", () => {
        menu.hidden = true;
        run();
      });
      return choice;
    }),
  );
  const place = at.getBoundingClientRect();
  menu.style.top = `${Math.min(place.bottom + 2, innerHeight - 200)}px`;
  menu.style.left = `${Math.max(8, place.right - 170)}px`;
  menu.hidden = false;
  menu.firstChild.focus();
}

function rename(item) {
  const button = item.querySelector(".open");
  const box = document.createElement("input");
  box.value = button.textContent;
  box.maxLength = 200;
  box.setAttribute("aria-label", "New title");
  button.replaceWith(box);
  box.select();
  let done = false;
  const keep = async (wanted) => {
    if (done) return;
    done = true;
    if (wanted && box.value.trim()) await told(() => send("POST", `conversations/${item.dataset.conversation}/title`, { title: box.value }));
    look();
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") keep(true);
    if (event.key === "Escape") keep(false);
    event.stopPropagation();
  });
  box.addEventListener("blur", () => keep(true));
}

function take(id, form) {
  const link = document.createElement("a");
  link.href = address(`conversations/${id}.${form}`);
  link.download = "";
  link.click();
}

async function drop(item) {
  if (!confirm(`Delete “${item.querySelector(".open").textContent}”? This cannot be undone.`)) return;
  const id = item.dataset.conversation;
  if (!(await told(() => send("DELETE", `conversations/${id}`)))) return;
  if (recall("conversation") === id) open("");
  look();
}

export function begin() {
  by("conversations").addEventListener("click", (event) => {
    const item = event.target.closest(".conversation");
    if (!item) return;
    if (event.target.closest(".more")) offer(item, event.target);
    else if (event.target.closest(".open")) open(item.dataset.conversation);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#menu, .more")) by("menu").hidden = true;
  });
  by("menu").addEventListener("keydown", (event) => {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (step) document.activeElement[step]?.focus();
    if (event.key === "Escape") by("menu").hidden = true;
  });
  by("find-conversation").addEventListener("input", settled(look));
  by("new-conversation").addEventListener("click", () => {
    open("");
    document.querySelector("#question textarea").focus();
  });
  look();
}
