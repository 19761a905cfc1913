// Adds a “Copy” button to each value that an operator carries to another screen; without it the text selects itself.
for (const value of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy ${value.dataset.copy}`);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(value.textContent.trim());
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
  value.after(button);
}
