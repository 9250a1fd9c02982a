// A button beside each answer puts its key into the condition, where the cursor stands. Without JavaScript it is typed.
const put = (box, ref) => {
  const before = box.value.slice(0, box.selectionEnd);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const start = line.trim() === "" ? "any: " : /[:,]\s*$/.test(line) ? " " : ", ";
  box.setRangeText(line.endsWith(" ") ? start.trimStart() + ref : start + ref, box.selectionEnd, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
};

document.addEventListener("DOMContentLoaded", () => {
  for (const list of document.querySelectorAll(".condition__answers")) {
    const box = document.getElementById(list.dataset.for);
    // Until somebody places the cursor, the end is where one goes on.
    box.setSelectionRange(box.value.length, box.value.length);
    for (const code of list.querySelectorAll("code")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "condition__put";
      button.textContent = list.dataset.put;
      button.setAttribute("aria-label", `${list.dataset.put}: ${code.textContent}`);
      button.addEventListener("click", () => put(box, code.textContent));
      code.before(button, " ");
    }
  }
});
