// A menu beside each rich text: what is chosen in it comes in where the cursor is, as text or as a link.
{
  let editing, timer;

  const place = (editor, { text, url }) => {
    // At once: the editor's own focus() waits for the next frame, and what is typed until then would be lost.
    editor.view.focus();
    const chain = editor.chain();
    if (!url) chain.insertContent({ type: "text", text });
    else if (!editor.state.selection.empty) chain.setLink({ href: url });
    else chain.insertContent({ type: "text", text, marks: [{ type: "link", attrs: { href: url } }] }).unsetMark("link");
    chain.run();
  };

  const load = async (dialog) => {
    const words = dialog.querySelector("input");
    const query = new URLSearchParams({ q: words.value, article: dialog.dataset.article });
    const response = await fetch(`${dialog.dataset.address}?${query}`, { credentials: "same-origin" });
    // An answer that comes late is not about what stands there now.
    if (response.ok && query.get("q") === words.value) dialog.querySelector(".insert__found").innerHTML = await response.text();
  };

  document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => {
    const dialog = document.getElementById("insert");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "insert-open";
    button.textContent = dialog.dataset.open;
    button.setAttribute("aria-haspopup", "dialog");
    button.addEventListener("click", () => {
      editing = { editor, button };
      dialog.querySelector("input").value = dialog.returnValue = "";
      dialog.showModal();
      load(dialog);
    });
    textarea.closest(".prose-editor").before(button);
  });

  document.addEventListener("DOMContentLoaded", () => {
    const dialog = document.getElementById("insert");
    dialog.querySelector("input").addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => load(dialog), 250);
    });
    dialog.querySelector(".insert__close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.returnValue || editing.button.focus());
    dialog.addEventListener("click", (event) => {
      const item = event.target.closest(".insert__item");
      if (!item) return;
      dialog.close("chosen");
      place(editing.editor, item.dataset);
    });
  });
}
