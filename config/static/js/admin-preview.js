// Shows beside the form how it looks to patients, on a phone or a desktop, and again after each pause in typing.
// Without JavaScript the same button opens the preview in a window of its own.
{
  const PAUSE = 1000;
  const bar = document.querySelector(".preview-bar");
  const show = bar.querySelector(".preview-bar__show");
  const { address, title, phone, desktop, close } = bar.dataset;
  const main = document.getElementById("content-main");

  const element = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  const frame = element("iframe", { className: "preview__frame", name: "preview", title });
  const choose = (width) => {
    main.dataset.preview = width;
    for (const button of sizes) button.setAttribute("aria-pressed", button.value === width);
  };
  const sizes = [
    element("button", { type: "button", value: "phone", textContent: phone, onclick: () => choose("phone") }),
    element("button", { type: "button", value: "desktop", textContent: desktop, onclick: () => choose("desktop") }),
  ];
  const closing = element("button", { type: "button", textContent: close });
  const heading = element("h2", { id: "preview-title", tabIndex: -1, textContent: title });
  const panel = element("section", { className: "preview", hidden: true }, heading);
  panel.setAttribute("aria-labelledby", "preview-title");
  panel.append(element("div", { className: "preview__tools" }, ...sizes, closing), element("div", { className: "preview__window" }, frame));
  main.append(panel);

  closing.addEventListener("click", () => {
    panel.hidden = true;
    delete main.dataset.preview;
    show.focus();
  });

  const opened = () => {
    if (!panel.hidden) return;
    panel.hidden = false;
    choose(main.dataset.preview ?? "phone");
    heading.focus();
  };
  // The form is sent, or the link followed, into the frame, which has the name that they aim at.
  show.addEventListener("click", opened);

  let timer, scrolled = 0;
  const refresh = () => {
    if (panel.hidden || show.type !== "submit") return;
    clearTimeout(timer);
    timer = setTimeout(() => show.form.requestSubmit(show), PAUSE);
  };
  if (show.form) {
    for (const event of ["input", "change"]) show.form.addEventListener(event, refresh);
    document.addEventListener("prose-editor:ready", ({ detail: { editor } }) => editor.on("update", refresh));
  }

  // What leads out of the preview opens a window of its own: no other page may stand in a frame.
  frame.addEventListener("load", () => {
    const page = frame.contentDocument;
    if (!page?.body || page.URL === "about:blank") return;
    frame.contentWindow.scrollTo(0, scrolled);
    page.addEventListener("scroll", () => { scrolled = frame.contentWindow.scrollY; });
    page.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (!link || link.getAttribute("href").startsWith("#") || link.pathname.startsWith(address)) return;
      link.target = "_blank";
      link.rel = "noopener";
    }, true);
    page.addEventListener("submit", ({ target: form }) => {
      if (!new URL(form.action).pathname.startsWith(address)) form.target = "_blank";
    }, true);
  });
}
