// Beside each password field a button that shows what was typed; below a new password, how strong it is. Without JavaScript the
// fields work as they are, and the words beside them say what makes a password strong.
const { show, hide, strength: heading } = document.currentScript.dataset;

for (const input of document.querySelectorAll("input[type=password]")) {
  const focused = document.activeElement === input;
  const label = input.labels[0].textContent.replace(/:\s*$/, "");
  const [row, button] = [document.createElement("div"), document.createElement("button")];
  const turn = (shown) => {
    input.type = shown ? "text" : "password";
    button.textContent = shown ? hide : show;
    button.setAttribute("aria-label", `${button.textContent} ${label}`);
  };
  row.className = "sign-in__password";
  button.type = "button";
  button.className = "button";
  // Some browsers send what they check for spelling to a server.
  input.spellcheck = false;
  input.autocapitalize = "none";
  button.addEventListener("click", () => turn(input.type === "password"));
  input.form.addEventListener("submit", () => turn(false));
  addEventListener("pagehide", () => turn(false));
  turn(false);
  input.replaceWith(row);
  row.append(input, button);
  if (focused) input.focus();
  if (input.dataset.meter) addMeter(input, row, JSON.parse(input.dataset.meter));
}

function addMeter(input, row, rules) {
  const [meter, words] = [document.createElement("meter"), document.createElement("p")];
  let waiting;
  meter.max = 4;
  [meter.low, meter.high, meter.optimum] = [1.5, 2.5, 4];
  // The words say the same.
  meter.setAttribute("aria-hidden", "true");
  words.setAttribute("role", "status");
  row.after(meter, words);
  input.addEventListener("input", () => {
    const [level, text] = judge(input.value, rules);
    meter.value = level;
    // Read aloud once a person stops typing, not at each key.
    clearTimeout(waiting);
    waiting = setTimeout(() => (words.textContent = input.value && `${heading} ${text}`), 400);
  });
}

// From 0 to 4, and in words. It goes by length and by different letters, well-known words left out; the server also looks at lists.
function judge(password, { least, fewest, words, texts }) {
  const missing = least - [...password].length;
  if (missing > 0) return [1 - missing / least, texts.short.replace("{number}", missing)];
  const rest = words.reduce((left, word) => left.replaceAll(word, ""), password.toLowerCase());
  const different = new Set([...rest].filter((sign) => /\p{L}/u.test(sign))).size;
  if (different < fewest) return [1, texts.easy];
  if (missing > -4) return [2, texts.fair];
  return missing > -8 || different < 10 ? [3, texts.good] : [4, texts.strong];
}
