// Two things that a plain form cannot do: tick "None of these" or another answer, never both; and say so when a step is lost.
document.addEventListener("change", (event) => {
  const input = event.target;
  if (input.type !== "checkbox" || !input.checked || !input.closest(".question")) return;
  const exclusive = input.hasAttribute("data-exclusive");
  for (const other of input.form.querySelectorAll("input[type=checkbox]")) {
    if (other !== input && (exclusive || other.hasAttribute("data-exclusive"))) other.checked = false;
  }
});

// htmx says nothing on the page when a request fails: a red flag could be lost without a word.
const showLost = () => {
  const lost = document.getElementById("lost");
  if (!lost) return;
  lost.hidden = false;
  lost.scrollIntoView({ block: "center" });
};
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, showLost);
}
document.addEventListener("htmx:beforeRequest", () => {
  const lost = document.getElementById("lost");
  if (lost) lost.hidden = true;
});
document.addEventListener("click", (event) => {
  if (event.target.id === "retry") document.querySelector(".question")?.requestSubmit();
});
