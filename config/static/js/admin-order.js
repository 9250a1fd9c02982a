// Buttons that move a row up or down, by mouse and by keyboard, and say where it stands now.
{
  const words = document.currentScript.dataset;
  const rowsOf = (prefix) => [...document.querySelectorAll(`#${prefix}-group .inline-related:not(.empty-form)`)];

  const nameOf = (row) => {
    const typed = row.querySelector("input.vTextField:not([type=hidden])")?.value.trim();
    return typed || row.querySelector(".inline_label")?.textContent.trim() || "";
  };

  const say = (text) => {
    let status = document.getElementById("order-status");
    if (!status) {
      status = Object.assign(document.createElement("p"), { id: "order-status", className: "visually-hidden" });
      status.setAttribute("role", "status");
      document.body.append(status);
    }
    status.textContent = text;
  };

  const fill = (text, row, place, all) => text.replace("{name}", nameOf(row)).replace("{place}", place).replace("{all}", all);

  const move = (row, prefix, field, step, button) => {
    const rows = rowsOf(prefix);
    const place = rows.indexOf(row);
    const other = rows[place + step];
    if (!other) return say(fill(words.atEdge, row, place + 1, rows.length));
    if (step < 0) other.before(row);
    else other.after(row);
    rowsOf(prefix).forEach((each, index) => {
      const input = each.querySelector(`input[name$="-${field}"]`);
      input.value = 10 * (index + 1);
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    button.focus();
    say(fill(words.moved, row, place + step + 1, rows.length));
  };

  const addButtons = (row, prefix, field) => {
    const input = row.querySelector(`.field-${field} input:not([type=hidden])`);
    if (!input || row.querySelector(".order-buttons")) return;
    const box = Object.assign(document.createElement("span"), { className: "order-buttons" });
    for (const [step, sign, label] of [[-1, "↑", words.up], [1, "↓", words.down]]) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: sign });
      const name = () => button.setAttribute("aria-label", fill(label, row));
      name();
      button.addEventListener("focus", name);
      button.addEventListener("click", () => move(row, prefix, field, step, button));
      box.append(button);
    }
    (input.closest(".flex-container") ?? input.parentElement).append(box);
  };

  window.addEventListener("load", () => {
    for (const context of document.querySelectorAll('script[id^="admin-ordering-context-"]')) {
      const { prefix, field } = JSON.parse(context.textContent);
      if (!prefix) continue;
      for (const row of rowsOf(prefix)) addButtons(row, prefix, field);
      document.addEventListener("formset:added", ({ target, detail }) => {
        if (detail.formsetName === prefix) addButtons(target, prefix, field);
      });
    }
  });
}
