// What a reader chooses of how answers are made; it is kept in this browser and sent with each question.

import { json, send, told } from "./asking.js";
import { recall, remember } from "./kept.js";

const by = (id) => document.getElementById(id);

export function chosen() {
  const wishes = {};
  if (recall("writer") === "extractive") wishes.writer = "extractive";
  if (Number(recall("passages"))) wishes.passages = Number(recall("passages"));
  return wishes;
}

async function show() {
  const kept = await told(() => json("settings"));
  if (!kept) return;
  const writers = document.querySelectorAll("#settings [name=writer]");
  writers[1].disabled = !kept.model;
  by("model").textContent = kept.model ? `The language model ${kept.model}` : "A language model: none is set (RAG_LLM_MODEL)";
  writers[kept.model && recall("writer") !== "extractive" ? 1 : 0].checked = true;
  by("test-model").disabled = !kept.model;
  by("test-said").textContent = "";
  by("passages").value = recall("passages") || kept.passages;
  by("reranker").textContent = kept.reranker ? `Passages are reranked by ${kept.reranker}.` : "";
  by("judge").textContent = kept.error || `Sentences are checked by ${kept.judge}.`;
  by("settings").showModal();
}

function strict(wanted) {
  document.body.classList.toggle("strict", wanted);
  remember("strict", wanted ? "yes" : "");
}

export function begin() {
  by("open-settings").addEventListener("click", show);
  for (const writer of document.querySelectorAll("#settings [name=writer]"))
    writer.addEventListener("change", () => remember("writer", writer.value));
  by("passages").addEventListener("change", () => remember("passages", by("passages").value));
  by("test-model").addEventListener("click", async () => {
    by("test-said").textContent = "Asking …";
    try {
      by("test-said").textContent = (await send("POST", "settings/test")).said;
    } catch (problem) {
      by("test-said").textContent = problem.message;
    }
  });
  by("strict").checked = recall("strict") === "yes";
  strict(by("strict").checked);
  by("strict").addEventListener("change", () => strict(by("strict").checked));
}
