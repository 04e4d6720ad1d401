// Suggestions of regions while typing: an ARIA combobox with a list (APG pattern). Without it: a text field.
{
  const ADDRESS = "/regionen/vorschlaege/";
  const WAIT = 120; // milliseconds after the last key

  const element = (tag, attributes, text = "") => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.textContent = text;
    return made;
  };

  const enhance = (box) => {
    const input = box.querySelector("input[type=text]");
    const name = input.name;
    const list = element("ul", { class: "suggest__list", role: "listbox", "aria-label": "Vorschläge" });
    const status = element("div", { class: "kern-sr-only", role: "status" });
    const chosen = element("input", { type: "hidden" });
    let found = [], active = -1, timer = 0, running = null;

    list.id = `${input.id}_liste`;
    list.hidden = true;
    box.append(list, status, chosen);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);

    const remember = (key) => {
      chosen.value = key;
      chosen.name = key ? name : "";
      input.name = key ? "" : name;
    };
    if (input.dataset.key) remember(input.dataset.key);

    const close = () => {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const mark = (index) => {
      active = index;
      [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === index)));
      const item = list.children[index];
      if (!item) return;
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    };
    const choose = (index) => {
      const region = found[index];
      input.value = region.name;
      remember(region.key);
      close();
      if (box.dataset.regionGo) location.assign(box.dataset.regionGo + encodeURIComponent(region.key));
    };
    const show = (regions) => {
      found = regions;
      list.replaceChildren(...regions.map((region, i) => {
        const item = element("li", { role: "option", "aria-selected": "false" }, region.name);
        item.id = `${list.id}_${i}`;
        if (region.detail) item.append(element("span", { class: "suggest__detail" }, region.detail));
        item.addEventListener("mousedown", (event) => event.preventDefault());
        item.addEventListener("click", () => choose(i));
        return item;
      }));
      status.textContent = regions.length ? `${regions.length} Vorschläge` : "Keine Region gefunden";
      active = -1;
      list.hidden = !regions.length;
      input.setAttribute("aria-expanded", String(regions.length > 0));
    };
    const ask = async () => {
      running?.abort();
      const text = input.value.trim();
      if (text.length < 2) return close();
      running = new AbortController();
      try {
        const answer = await fetch(`${ADDRESS}?q=${encodeURIComponent(text)}`, { signal: running.signal });
        if (answer.ok) show(await answer.json());
      } catch {
        close(); // a newer question overtook this one, or the network is gone
      }
      return undefined;
    };

    input.addEventListener("input", () => {
      remember("");
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" && list.hidden && found.length) show(found);
      if (list.hidden) return;
      if (event.key === "ArrowDown") mark((active + 1) % found.length);
      else if (event.key === "ArrowUp") mark((active - 1 + found.length) % found.length);
      else if (event.key === "Escape") close();
      else if (event.key === "Enter" && active >= 0) choose(active);
      else return;
      event.preventDefault();
    });
  };

  document.querySelectorAll("[data-region-search]").forEach(enhance);
  document.addEventListener("htmx:load", (event) => {
    event.target.querySelectorAll?.("[data-region-search]:not(:has([role=combobox]))").forEach(enhance);
  });
}
