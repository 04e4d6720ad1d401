// "Ihre Region": the reader's point of view. It lives in this browser alone (no cookie). Most of our links carry it as
// ?fuer=; the list of solutions is the same for all readers and asks for its colours by a request of its own.
{
  const STORE = "ihre-region";
  const LIST = "/loesungen/";
  const FOLLOWS = /^\/(?:$|loesungen\/.|handlungsfelder\/|transfers\/|markterkundungen\/|ausschreibungen\/)/;
  const root = document.documentElement;

  const stored = () => {
    try {
      return JSON.parse(localStorage.getItem(STORE));
    } catch {
      return null; // no storage, or not ours
    }
  };
  const store = (region) => {
    try {
      if (region) localStorage.setItem(STORE, JSON.stringify(region));
      else localStorage.removeItem(STORE);
    } catch {
      // private mode: the link still carries it
    }
  };
  const { fuer, fuerName } = document.body.dataset;
  if (fuer !== undefined) store({ key: fuer, name: fuerName });
  let region = stored();

  const lead = (link) => {
    if (link.origin !== location.origin || !FOLLOWS.test(link.pathname)) return;
    const url = new URL(link.href);
    if (url.searchParams.has("fuer") || /\.\w+$/.test(url.pathname)) return;
    url.searchParams.set("fuer", region.key);
    link.href = url.pathname + url.search + url.hash;
  };
  const carry = (part) => {
    part.querySelectorAll("a[href]").forEach(lead);
    for (const form of part.querySelectorAll("form[method=get]")) {
      const { pathname } = new URL(form.action, location.href);
      const given = form.elements.namedItem("fuer");
      if (pathname === LIST) {
        form.querySelectorAll("input[type=hidden][name=fuer]").forEach((input) => input.remove());
      } else if (FOLLOWS.test(pathname) && !given) {
        const input = document.createElement("input");
        Object.assign(input, { type: "hidden", name: "fuer", value: region.key });
        form.append(input);
      }
    }
  };

  // What the list says to this reader.
  const say = (list, { cards, narrow }) => {
    for (const result of list.querySelectorAll("[data-slug]")) {
      const near = cards[result.dataset.slug];
      let line = result.querySelector(".near");
      if (!near) line?.remove();
      else {
        line ??= result.appendChild(document.createElement("p"));
        line.className = `near near--${near.kind}`;
        line.textContent = near.sentence;
      }
    }
    const links = narrow.map(({ label, count, url }) => {
      const link = document.createElement("a");
      link.href = url;
      link.textContent = count ? `${label} (${count})` : label;
      return link;
    });
    const place = list.querySelector("[data-my-region-narrow]");
    place.hidden = !links.length;
    place.replaceChildren(...links);
  };
  const colour = async () => {
    const list = document.querySelector("#liste[data-address]");
    if (!list || !region?.key) return;
    const address = new URL(list.dataset.address, location.href);
    address.pathname = "/loesungen/naehe/";
    address.searchParams.set("fuer", region.key);
    try {
      const answer = await fetch(address);
      if (answer.ok && list.isConnected) say(list, await answer.json());
    } catch {
      // the list is whole without it
    }
  };
  const name = () => {
    root.classList.toggle("has-region", Boolean(region?.key));
    for (const box of document.querySelectorAll("[data-my-region]")) {
      const summary = box.querySelector("summary");
      summary.replaceChildren(region?.key ? "Ihre Region: " : "Ihre Region angeben");
      if (region?.key) summary.append(Object.assign(document.createElement("strong"), { textContent: region.name }));
      let forget = box.querySelector("[data-fuer-clear]");
      if (region?.key && !forget) {
        forget = Object.assign(document.createElement("a"), { href: LIST, textContent: "Region vergessen" });
        forget.dataset.fuerClear = "";
        box.querySelector(".my-region__body").prepend(forget);
      } else if (!region?.key) forget?.remove();
    }
  };

  const asked = new URLSearchParams(location.search);
  if (region?.key && location.pathname === "/" && !asked.has("fuer")) {
    location.replace(`/?fuer=${encodeURIComponent(region.key)}`);
  }
  name();
  if (region?.key) carry(document);
  colour();
  document.addEventListener("htmx:load", ({ target }) => {
    if (target.id !== "liste") return;
    if (target.dataset.fuer) {
      region = { key: target.dataset.fuer, name: target.dataset.fuerName };
      store(region);
    }
    name();
    if (region?.key) carry(target.parentNode);
    colour();
  });
  document.addEventListener("link-added", ({ detail }) => region?.key && lead(detail));
  document.addEventListener("region-chosen", ({ target, detail }) => {
    const box = target.closest("[data-my-region]");
    if (!box) return;
    region = detail;
    store(region);
    target.querySelectorAll("input").forEach((input) => (input.value = ""));
    box.open = false;
    name();
    carry(document);
    box.querySelector("summary").focus();
    colour();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-fuer-clear]");
    if (!link) return;
    store(null);
    if (!link.closest("[data-my-region]") || asked.has("fuer")) return; // that link leads to the page without it
    event.preventDefault();
    region = null;
    document.querySelectorAll(".near").forEach((line) => line.remove());
    document.querySelectorAll("[data-my-region-narrow]").forEach((place) => (place.hidden = true));
    document.querySelectorAll("[data-my-region] summary").forEach((summary) => summary.focus());
    name();
  });
}
