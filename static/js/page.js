// Small comforts; every page works without them.
{
  // Escape closes the open menu and gives the focus back to its button.
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector(".nav--folded details[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // The folded filter of a phone stays open when a choice brings new results; the server does not know that it is.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!document.querySelector(".filter-fold[open]")) return;
    detail.serverResponse = detail.serverResponse.replace('class="filter-fold"', 'class="filter-fold" open');
  });

  // "Drucken": the button appears only where it can work.
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // A filter that is changed is applied at once; the button for it stays for those who want it.
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-auto-submit]");
    if (form && event.target.matches("input[type=checkbox], input[type=radio], select")) form.requestSubmit();
  });
}
