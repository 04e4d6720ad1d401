// Suggestions while typing: an ARIA combobox with a list (APG pattern). Without it: a text field that the form sends.
{
  const WAIT = 120; // milliseconds after the last key
  const SHORTEST = 2;

  const element = (tag, attributes, ...content) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...content);
    return made;
  };

  // `find(text)` gives groups of options (label, detail), `choose(option)` acts, `typed()` hears of every key.
  const combobox = (box, input, { find, choose, typed = () => {}, headings = false }) => {
    const list = element("div", { class: "suggest__list", role: "listbox", "aria-label": "Vorschläge" });
    const status = element("div", { class: "kern-sr-only", role: "status" });
    let options = [], items = [], active = -1, timer = 0, running = null;

    list.id = `${input.id}_liste`;
    list.hidden = true;
    box.append(list, status);
    input.autocomplete = "off";
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);

    const close = () => {
      clearTimeout(timer);
      running?.abort();
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const mark = (index) => {
      active = index;
      items.forEach((item, i) => item.setAttribute("aria-selected", String(i === index)));
      input.setAttribute("aria-activedescendant", items[index].id);
      items[index].scrollIntoView({ block: "nearest" });
    };
    const pick = (index) => {
      const option = options[index];
      close();
      choose(option);
    };
    const optionItem = (option, index) => {
      const item = element("li", { role: "option", "aria-selected": "false", id: `${list.id}_${index}` }, option.label);
      if (option.detail) item.append(element("span", { class: "suggest__detail" }, option.detail));
      item.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the field
      item.addEventListener("click", () => pick(index));
      return item;
    };
    const groupOf = (group, number) => {
      const made = element("ul", { role: "group", "aria-label": group.label });
      if (headings) made.append(element("li", { role: "presentation", class: "suggest__heading" }, group.label));
      for (const option of group.options) {
        items.push(optionItem(option, items.length));
        options.push(option);
        made.append(items.at(-1));
      }
      return made;
    };
    const show = (groups) => {
      options = [];
      items = [];
      active = -1;
      list.replaceChildren(...groups.map(groupOf));
      const n = items.length;
      status.textContent = n === 1 ? "1 Vorschlag" : n ? `${n} Vorschläge` : "Kein Vorschlag";
      list.hidden = !n;
      input.setAttribute("aria-expanded", String(n > 0));
      input.removeAttribute("aria-activedescendant");
    };
    const ask = async () => {
      running?.abort();
      const text = input.value.trim();
      if (text.length < SHORTEST) return close();
      running = new AbortController();
      try {
        const groups = await find(text, running.signal);
        if (document.activeElement === input) show(groups);
      } catch {
        // a newer question overtook this one, or the network is gone
      }
      return undefined;
    };

    input.addEventListener("input", () => {
      typed();
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    input.addEventListener("blur", close);
    input.form?.addEventListener("submit", close);
    input.addEventListener("keydown", (event) => {
      const last = items.length - 1;
      if (event.key === "ArrowDown" && list.hidden && last >= 0 && input.value.trim()) {
        list.hidden = false;
        input.setAttribute("aria-expanded", "true");
      }
      if (list.hidden) return;
      if (event.key === "ArrowDown") mark(active < last ? active + 1 : 0);
      else if (event.key === "ArrowUp") mark(active > 0 ? active - 1 : last);
      else if (event.key === "Escape") close();
      else if (event.key === "Enter" && active >= 0) pick(active);
      else return;
      event.preventDefault();
    });
    return { close };
  };

  const answer = async (address, text, signal) => {
    const found = await fetch(`${address}?q=${encodeURIComponent(text)}`, { signal });
    if (!found.ok) throw new Error(String(found.status));
    return found.json();
  };

  // A region: its key is sent, else what was typed.
  const region = (box) => {
    const input = box.querySelector("input[type=text]");
    const { name } = input;
    const chosen = element("input", { type: "hidden" });
    const remember = (key) => {
      chosen.value = key;
      chosen.name = key ? name : "";
      input.name = key ? "" : name;
    };
    box.append(chosen);
    if (input.dataset.key) remember(input.dataset.key);
    combobox(box, input, {
      typed: () => remember(""),
      find: async (text, signal) => {
        const rows = await answer("/regionen/vorschlaege/", text, signal);
        return rows.length ? [{ label: "Regionen", options: rows.map((row) => ({ ...row, label: row.name })) }] : [];
      },
      choose: (row) => {
        input.value = row.name;
        remember(row.key);
        if (box.dataset.regionGo) location.assign(box.dataset.regionGo + encodeURIComponent(row.key));
        box.dispatchEvent(new CustomEvent("region-chosen", { bubbles: true, detail: { key: row.key, name: row.name } }));
      },
    });
  };

  // The search for solutions: an option leads to its page, Enter alone searches for the words.
  const search = (box) => {
    combobox(box, box.querySelector("input[type=search]"), {
      headings: true,
      find: async (text, signal) => (await answer(box.dataset.suggest, text, signal)).groups,
      choose: ({ url }) => {
        const link = element("a", { href: url, hidden: "" });
        document.body.append(link);
        document.dispatchEvent(new CustomEvent("link-added", { detail: link }));
        link.click();
      },
    });
  };

  const enhance = (root) => {
    root.querySelectorAll("[data-region-search]:not(:has([role=combobox]))").forEach(region);
    root.querySelectorAll("[data-suggest]:not(:has([role=combobox]))").forEach(search);
  };
  enhance(document);
  document.addEventListener("htmx:load", ({ target }) => target.parentNode && enhance(target.parentNode));
}
