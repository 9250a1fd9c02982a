// Folds each section of a long form away under its heading; the order stays in sight, to move sections about.
// Without JavaScript all of them are open.
const foldAll = document.currentScript.dataset.foldAll;
const rowsOf = (group) => group.querySelectorAll(".inline-related:not(.empty-form)");
// What was open stays open when the form comes back after “Save and continue editing”.
const memory = `open:${location.pathname}`;
const keyOf = (row) => row.querySelector("input[type=hidden][name$='-id']")?.value;

const isOpen = (row) => !row.classList.contains("folded");

const setOpen = (row, open) => {
  row.classList.toggle("folded", !open);
  row.querySelector(".fold").setAttribute("aria-expanded", open);
};

const remember = () => {
  const open = [...document.querySelectorAll(".foldable .inline-related:not(.folded)")].map(keyOf).filter(Boolean);
  sessionStorage.setItem(memory, JSON.stringify(open));
};

// The heading becomes the button, as in an accordion; what kind of row it is stands beside it.
const addFold = (row) => {
  const heading = row.querySelector("h3");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "fold";
  const kind = row.querySelector("select:not([multiple])");
  button.append(heading.querySelector("b"), " ", heading.querySelector(".inline_label"));
  if (kind?.value) {
    const shown = document.createElement("span");
    shown.className = `tag tag--${kind.value}`;
    shown.textContent = kind.selectedOptions[0].textContent;
    button.append(" ", shown);
  }
  button.addEventListener("click", () => {
    setOpen(row, !isOpen(row));
    remember();
  });
  heading.prepend(button);
};

const addFoldAll = (group) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "fold-all";
  button.textContent = foldAll;
  button.addEventListener("click", () => {
    const open = ![...rowsOf(group)].some(isOpen);
    for (const row of rowsOf(group)) setOpen(row, open);
    remember();
  });
  group.querySelector("h2").after(button);
};

const openTarget = () => {
  const row = document.getElementById(location.hash.slice(1));
  if (!row?.matches(".foldable .inline-related")) return;
  setOpen(row, true);
  row.scrollIntoView();
  row.querySelector(".fold").focus({ preventScroll: true });
};

document.addEventListener("DOMContentLoaded", () => {
  const known = new Set(JSON.parse(sessionStorage.getItem(memory) ?? "[]"));
  for (const group of document.querySelectorAll(".inline-group:has(> .foldable)")) {
    const rows = [...rowsOf(group)];
    for (const row of rows) {
      addFold(row);
      const wrong = row.querySelector(".errorlist") !== null;
      setOpen(row, rows.length === 1 || wrong || !keyOf(row) || known.has(keyOf(row)));
    }
    if (rows.length > 1) addFoldAll(group);
  }
});
// The browser goes to the place in the address by itself first, and takes the focus away.
window.addEventListener("load", openTarget);
window.addEventListener("hashchange", openTarget);
document.addEventListener("formset:added", (event) => {
  if (!event.target.matches(".foldable .inline-related")) return;
  addFold(event.target);
  setOpen(event.target, true);
});
