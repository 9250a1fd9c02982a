// Four things that plain HTML cannot do: tick "None of these" or another answer, never both; say so when a step is lost;
// print; and copy the summary. Nothing is sent or kept.
document.addEventListener("change", (event) => {
  const input = event.target;
  if (input.type !== "checkbox" || !input.checked || !input.closest(".question")) return;
  const exclusive = input.hasAttribute("data-exclusive");
  for (const other of input.form.querySelectorAll("input[type=checkbox]")) {
    if (other !== input && (exclusive || other.hasAttribute("data-exclusive"))) other.checked = false;
  }
});

// htmx says nothing on the page when a request fails: a red flag could be lost without a word.
let failed = null;
const showLost = (event) => {
  failed = event.detail.elt;
  const lost = document.getElementById("lost");
  lost.hidden = false;
  lost.scrollIntoView({ block: "center" });
};
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, showLost);
}
document.addEventListener("htmx:beforeRequest", () => {
  document.getElementById("lost").hidden = true;
});

const copy = async (source) => {
  const said = document.getElementById("copied");
  try {
    await navigator.clipboard.writeText(source.textContent);
    said.textContent = said.dataset.done;
  } catch {
    source.closest("details").open = true;
    getSelection().selectAllChildren(source);
    said.textContent = said.dataset.byHand;
  }
};
document.addEventListener("click", ({ target }) => {
  if (target.id === "retry") failed.matches("form") ? failed.requestSubmit() : failed.click();
  if (target.matches("[data-print]")) print();
  if (target.matches("[data-copy]")) copy(document.getElementById(target.dataset.copy));
});
// htmx says this of the page and of each step that it swaps in.
document.addEventListener("htmx:load", ({ target }) => {
  for (const tool of target.querySelectorAll("[data-print], [data-copy]")) tool.hidden = false;
});
