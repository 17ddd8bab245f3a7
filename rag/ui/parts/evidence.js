// The panel on the right: opened by a mark or a sentence, and what can be done in it.

import { address, text, toast, told } from "./asking.js";

const CITE = /^cite-([a-z0-9]+-\d+)-(\d+)-(\d+)$/;
const CLAIM = /^claim-([a-z0-9]+-\d+)-(\d+)$/;
const NEAR = /^near-([a-z0-9]+-\d+)-(\d+)$/;
let shown = null; // the key of the answer whose proof is open
let opener = null; // where the keyboard goes back to
let latest = 0;

async function show(path, from) {
  const mine = ++latest;
  if (from) opener = from;
  document.body.classList.add("has-evidence");
  const found = await told(() => text(path));
  if (mine !== latest || found === undefined) return;
  const proof = document.getElementById("proof");
  proof.innerHTML = found; // made of escaped text by the server
  document.getElementById("evidence").scrollTop = 0;
  const box = proof.querySelector(".sheet .box:not([hidden])");
  if (box) whenDrawn(proof.querySelector(".sheet img"), () => toMiddle(proof.querySelector(".view"), box));
  else proof.querySelector("#quote")?.scrollIntoView({ block: "center" });
  proof.focus({ preventScroll: true });
}

/** Scrolls the page of the document and nothing around it. */
function toMiddle(view, box) {
  const [of, at] = [view.getBoundingClientRect(), box.getBoundingClientRect()];
  view.scrollTop += at.top - of.top - (of.height - at.height) / 2;
  view.scrollLeft += at.left - of.left - (of.width - at.width) / 2;
}

function whenDrawn(picture, run) {
  if (picture.complete) run();
  else picture.addEventListener("load", run, { once: true });
}

function openCitation(key, claim, citation, from) {
  shown = key;
  for (const old of document.querySelectorAll(".being-shown")) old.classList.remove("being-shown");
  document.getElementById(`claim-${key}-${claim}`)?.classList.add("being-shown");
  document.getElementById(`cite-${key}-${claim}-${citation}`)?.classList.add("being-shown");
  return show(`evidence/${key}/${claim}/${citation}`, from);
}

export function close() {
  latest += 1;
  document.body.classList.remove("has-evidence");
  for (const old of document.querySelectorAll(".being-shown")) old.classList.remove("being-shown");
  opener?.focus?.();
  opener = null;
}

export const openDocument = (id, start = 0, end = 0, offset = 0) =>
  show(`documents/${id}?start=${start}&end=${end}&offset=${offset}`);

export async function copy(words, done = "Copied") {
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    const box = document.createElement("textarea"); // not every address may use the clipboard
    box.value = words;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
  toast(done);
}

function ofTheTalk(event) {
  const chip = event.target.closest?.("#conversation .chip");
  const cited = chip && CITE.exec(chip.id);
  if (cited) {
    event.preventDefault();
    event.stopPropagation();
    return openCitation(cited[1], cited[2], cited[3], chip);
  }
  if (chip || getSelection()?.toString()) return;
  const claim = event.target.closest?.("#conversation .claim");
  const said = claim && CLAIM.exec(claim.id);
  if (said && document.getElementById(`cite-${said[1]}-${said[2]}-0`)) return openCitation(said[1], said[2], 0, null);
  const near = event.target.closest?.("#conversation .near");
  const found = near && NEAR.exec(near.id);
  if (found) return show(`nearest/${found[1]}/${found[2]}`, near);
}

function ofThePanel(event) {
  const button = event.target.closest("button");
  if (!button) return;
  const { claim, citation, copy: words, document: id, start, end, offset, page, zoom } = button.dataset;
  if (claim !== undefined && shown) openCitation(shown, claim, citation);
  else if (words !== undefined) copy(words, "Copied the quote with its reference");
  else if (id !== undefined && page === undefined) openDocument(id, start ?? 0, end ?? 0, offset ?? 0);
  else if (page !== undefined) turn(button, page);
  else if (zoom !== undefined) enlarge(button, zoom);
}

/** Another page of the same document: its boxes are seen only on the page that they are of. */
function turn(button, page) {
  const proof = document.getElementById("proof");
  const sheet = proof.querySelector(".sheet");
  const picture = sheet.querySelector("img");
  const last = Number(sheet.dataset.pages ?? page);
  const number = Math.min(Math.max(1, Number(page)), last);
  picture.src = address(`pictures/${sheet.dataset.document}/${number}`);
  picture.alt = picture.alt.replace(/\d+/, number);
  for (const box of sheet.querySelectorAll(".box")) box.hidden = Number(box.dataset.page ?? sheet.dataset.page) !== number;
  for (const other of proof.querySelectorAll("button[data-page]")) {
    other.dataset.page = number + (other.dataset.step === "-1" ? -1 : 1);
    other.disabled = other.dataset.page < 1 || other.dataset.page > last;
  }
  const where = proof.querySelector(".page-number");
  if (where) where.textContent = `Page ${number} of ${last}`;
}

function enlarge(button, zoom) {
  const sheet = document.querySelector("#proof .sheet");
  const now = Number(sheet.dataset.zoom ?? 100) + Number(zoom);
  sheet.dataset.zoom = Math.min(300, Math.max(100, now));
  sheet.style.width = `${sheet.dataset.zoom}%`;
  const box = sheet.querySelector(".box:not([hidden])");
  if (box) toMiddle(sheet.parentElement, box);
}

export function begin() {
  document.addEventListener("click", ofTheTalk, true);
  document.getElementById("proof").addEventListener("click", ofThePanel);
  document.getElementById("close-evidence").addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.body.classList.contains("has-evidence")) close();
    if ((event.key === "Enter" || event.key === " ") && event.target.matches?.("#conversation .near")) event.target.click();
  });
}
