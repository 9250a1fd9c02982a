// The list of errors takes the focus when the page opens; each of its links leads into the field, wherever that is hidden.
{
  const shownFieldOf = (target) => {
    const editor = target.closest(".prose-editor")?.querySelector("[role=textbox]");
    const lookUp = target.matches("select.admin-autocomplete") && target.nextElementSibling?.querySelector("input, [tabindex]");
    return editor || lookUp || (target.matches("input, select, textarea, button") ? target : target.querySelector("input, .fold"));
  };

  const goTo = (target) => {
    const fold = target.closest(".foldable .inline-related.folded")?.querySelector(".fold");
    fold?.click();
    for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    target.scrollIntoView({ block: "center" });
    shownFieldOf(target)?.focus();
  };

  window.addEventListener("load", () => {
    const list = document.querySelector(".problems");
    list.focus();
    list.addEventListener("click", (event) => {
      const target = document.getElementById(event.target.closest("a")?.hash.slice(1));
      if (!target) return;
      event.preventDefault();
      goTo(target);
    });
  });
}
