// Starts allauth's script for the passkey button of the page; the button's data say which form, and where its fields are.
const button = document.querySelector("[data-passkey]");
const { passkey, credential, passwordless } = button.dataset;
const ids = { login: button.id, add: button.id, authenticate: button.id, credential, passwordless, data: "js_data" };

button.hidden = false;
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("passkey-problem").hidden = false;
});
window.allauth.webauthn.forms[passkey]({ ids });
