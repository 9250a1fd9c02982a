// What a word processor copies becomes what the editor knows: lists that Word writes as paragraphs with a dot or a number
// of their own, bold and italic that are only style, headings of any level. The server cleans it once more on saving.
{
  const NUMBERED = /^\s*(\d{1,3}|[a-z]{1,4})[.)]/i;
  const LIST_ITEM = "p[class*='MsoList'], p[data-style*='mso-list']";
  const MARKER = "[data-style*='mso-list:Ignore'], [data-style*='mso-list: Ignore']";
  const BOLD = /font-weight:\s*(bold|[6-9]00)/i;
  const NOT_BOLD = /font-weight:\s*(normal|[1-5]00)/i;
  const ITALIC = /font-style:\s*italic/i;

  const become = (element, name) => {
    const other = element.ownerDocument.createElement(name);
    other.append(...element.childNodes);
    element.replaceWith(other);
  };

  const emphasis = (element) => {
    const style = element.dataset.style ?? "";
    if (element.matches("b, strong") && NOT_BOLD.test(style)) return element.replaceWith(...element.childNodes);
    if (!element.matches("span, font")) return undefined;
    if (BOLD.test(style)) return become(element, "strong");
    return ITALIC.test(style) ? become(element, "em") : undefined;
  };

  const toItem = (paragraph) => {
    const item = paragraph.ownerDocument.createElement("li");
    const marker = paragraph.querySelector(MARKER);
    const ordered = NUMBERED.test(marker?.textContent ?? "");
    marker?.remove();
    item.append(...paragraph.childNodes);
    return { item, ordered };
  };

  const toList = (first) => {
    const run = [];
    for (let next = first; next?.matches(LIST_ITEM); next = next.nextElementSibling) run.push(next);
    const found = run.map(toItem);
    const list = first.ownerDocument.createElement(found[0].ordered ? "ol" : "ul");
    list.append(...found.map(({ item }) => item));
    first.before(list);
    for (const paragraph of run) paragraph.remove();
  };

  const cleanPaste = (html) => {
    // Copied in an editor of our own: it holds no style, and says where it was cut.
    if (html.includes("data-pm-slice")) return html;
    // The browser refuses inline style even here; under another name it can be read.
    const unstyled = html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/(<[^<>]*?\s)style(?=\s*=)/gi, "$1data-style");
    const { body } = new DOMParser().parseFromString(unstyled, "text/html");
    for (const paragraph of body.querySelectorAll(LIST_ITEM)) if (paragraph.isConnected) toList(paragraph);
    for (const element of body.querySelectorAll("b, strong, span, font")) emphasis(element);
    for (const heading of body.querySelectorAll("h1, h2, h4, h5, h6")) become(heading, "h3");
    return body.innerHTML;
  };

  document.addEventListener("prose-editor:ready", ({ detail: { editor } }) => {
    editor.setOptions({ editorProps: { ...editor.options.editorProps, transformPastedHTML: cleanPaste } });
  });
}
