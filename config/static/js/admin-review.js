// The button that approves says what will happen and when, as the date is chosen. The server checks that it was right.
for (const form of document.querySelectorAll("form.approve-form")) {
  const button = form.querySelector("input[type=submit]");
  const said = form.elements.said;
  const show = () => {
    const day = form.elements.goes_live_at_0.value.trim();
    const time = form.elements.goes_live_at_1.value.trim();
    if (!day && !time) {
      button.value = form.dataset.now;
      said.value = "now";
      return;
    }
    const found = `${day} ${time}`.match(/^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2})/);
    // What cannot be read here is left to the server, which says what is wrong.
    if (!found) return;
    const [, year, month, date, hour, minute] = found;
    const name = new Intl.DateTimeFormat("en", { month: "short" }).format(new Date(year, month - 1, 1));
    const shownYear = Number(year) === new Date().getFullYear() ? "" : ` ${year}`;
    button.value = `${form.dataset.later} ${Number(date)} ${name}${shownYear} ${hour}:${minute}`;
    said.value = `${year}-${month}-${date} ${hour}:${minute}`;
  };
  // The calendar and the clock write without an event, and then move the focus.
  for (const event of ["input", "change", "focusin", "focusout"]) form.addEventListener(event, show);
  show();
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = !navigator.clipboard;
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    button.textContent = button.dataset.done;
  });
}
