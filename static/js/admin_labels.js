// Select2 names its box by the chosen value alone; screen readers need the field's label before it.
{
  const name = () => {
    document.querySelectorAll("select.admin-autocomplete").forEach((select) => {
      const label = document.querySelector(`label[for="${select.id}"]`);
      const container = select.nextElementSibling;
      if (!label || !container?.classList.contains("select2-container")) return;
      label.id ||= `${select.id}_label`;
      const box = container.querySelector(".select2-selection");
      const value = container.querySelector(".select2-selection__rendered");
      value?.setAttribute("aria-labelledby", label.id);
      box.setAttribute("aria-labelledby", [label.id, value?.id].filter(Boolean).join(" "));
      container.querySelector(".select2-search__field")?.setAttribute("aria-labelledby", label.id);
    });
  };
  // Select2 makes its boxes when it likes: after the page has loaded, for a new row of a form, when one is opened.
  new MutationObserver(name).observe(document.documentElement, { childList: true, subtree: true });
}
