"use strict";
const cases = [...document.querySelectorAll(".case")];
const find = document.getElementById("find");
const kind = document.getElementById("kind");
const outcome = document.getElementById("outcome");
let lost = "";

function filter() {
  const wanted = find.value.trim().toLowerCase();
  let shown = 0;
  for (const one of cases) {
    const fits =
      (!kind.value || one.dataset.kind === kind.value) &&
      (!outcome.value || one.dataset.outcome === outcome.value) &&
      (!lost || one.dataset.lost === lost) &&
      (!wanted || one.textContent.toLowerCase().includes(wanted));
    one.hidden = !fits;
    shown += fits;
  }
  document.getElementById("count").textContent = `${shown} of ${cases.length} cases` + (lost ? `, lost at “${lost}”` : "");
}

find.addEventListener("input", () => { lost = ""; filter(); });
kind.addEventListener("change", () => { lost = ""; filter(); });
outcome.addEventListener("change", () => { lost = ""; filter(); });
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.lost) {
    lost = button.dataset.lost;
    filter();
    document.getElementById("cases").scrollIntoView();
  } else if (button?.classList.contains("copy")) {
    navigator.clipboard?.writeText(button.previousElementSibling.textContent).then(() => { button.textContent = "Copied"; });
  }
  const chip = event.target.closest("a.chip");
  const aim = chip && document.querySelector(chip.getAttribute("href"));
  for (let inside = aim; inside; inside = inside.parentElement) if (inside.tagName === "DETAILS") inside.open = true;
});
