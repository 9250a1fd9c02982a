// After each pause in typing the server measures what the sections say now, and names what is hard to read.
{
  const { address } = document.currentScript.dataset;
  const PAUSE = 800;
  const form = document.getElementById("article_form");
  const rows = () => form.querySelectorAll("#sections-group .inline-related:not(.empty-form)");
  let timer, request;

  const measure = async () => {
    request?.abort();
    request = new AbortController();
    const sent = new FormData();
    sent.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const row of rows()) {
      if (row.querySelector("input[name$='-DELETE']")?.checked) continue;
      for (const name of ["heading", "body"]) {
        const field = form.elements[`${row.id}-${name}`];
        if (field) sent.append(field.name, field.value);
      }
    }
    try {
      const response = await fetch(address, { method: "POST", body: sent, signal: request.signal, credentials: "same-origin" });
      if (!response.ok) return;
      const { article, ...sections } = await response.json();
      for (const [row, html] of Object.entries(sections)) {
        const shown = document.getElementById(row)?.querySelector("[data-reading]");
        if (shown) shown.outerHTML = html;
      }
      form.querySelector(".field-reading_level_of_all [data-reading]").outerHTML = article;
    } catch (error) {
      // Cut short by the next pause, or the network is down: the last figures stay, and saving is what tells.
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
    }
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(measure, PAUSE);
  };

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  document.addEventListener("prose-editor:ready", ({ detail: { editor } }) => editor.on("update", later));
  // A form that came back with errors shows what is typed, and the page the figures of what is saved.
  if (form.querySelector(".errornote")) later();
}
