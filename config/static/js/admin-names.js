// Gives a name to what the admin's widgets leave without one, so that screen readers can say what it is.
const nameOf = (input) => document.querySelector(`label[for="${input.id}"]`)?.textContent.trim().replace(/:$/, "");

// The rich text editor takes the label of the field it stands for.
document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => {
  editor.view.dom.setAttribute("aria-label", nameOf(textarea) ?? textarea.name);
});

// The boxes in which one looks up a row, or several.
const nameLookUps = (root) => {
  for (const select of root.querySelectorAll("select.admin-autocomplete")) {
    const box = select.nextElementSibling;
    box?.querySelector(".select2-search__field")?.setAttribute("aria-label", nameOf(select) ?? select.name);
    const label = document.querySelector(`label[for="${select.id}"]`);
    const chosen = box?.querySelector(".select2-selection--single .select2-selection__rendered");
    if (!chosen || !label) continue;
    label.id = `${select.id}_label`;
    chosen.setAttribute("aria-labelledby", label.id);
    chosen.parentElement.setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
  }
};

// An input in a list: its column, and its row.
const nameListInputs = () => {
  for (const input of document.querySelectorAll("#result_list td input[type=number]")) {
    const column = input.closest("td").className.match(/field-(\w+)/)[1];
    const heading = document.querySelector(`#result_list th.column-${column} .text`);
    const row = input.closest("tr").querySelector("th");
    input.setAttribute("aria-label", `${heading.textContent.trim()}: ${row.textContent.trim()}`);
  }
};

window.addEventListener("load", () => {
  nameListInputs();
  // jQuery runs what waits for it in order: the boxes have been made by then.
  window.django?.jQuery?.(() => nameLookUps(document));
});
// Django makes the box of a new row while it handles this event: name it after that.
document.addEventListener("formset:added", (event) => setTimeout(() => nameLookUps(event.target)));
