// Fills the box with the text of a file. Nothing is uploaded: the text goes with the form, as if it had been pasted.
const file = document.getElementById("id_file");
file.closest(".fill").hidden = false;
file.addEventListener("change", async () => {
  if (file.files.length) document.getElementById("id_text").value = await file.files[0].text();
});
