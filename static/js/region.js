// "Ihre Region": the reader's point of view. It lives in this browser alone (no cookie) and is sent as ?fuer=
// on our own links, so that the server's pages stay the same for all.
{
  const STORE = "ihre-region";
  const FOLLOWS = /^\/(?:$|loesungen\/|handlungsfelder\/|transfers\/|markterkundungen\/|ausschreibungen\/)/;
  const { fuer, fuerName } = document.body.dataset;

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

  const carry = (root, key) => {
    for (const link of root.querySelectorAll("a[href]")) {
      if (link.origin !== location.origin || !FOLLOWS.test(link.pathname)) continue;
      const url = new URL(link.href);
      if (url.searchParams.has("fuer") || /\.\w+$/.test(url.pathname)) continue;
      url.searchParams.set("fuer", key);
      link.href = url.pathname + url.search + url.hash;
    }
    for (const form of root.querySelectorAll("form[method=get]")) {
      const { pathname } = new URL(form.action, location.href);
      if (!FOLLOWS.test(pathname) || form.elements.namedItem("fuer")) continue;
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = "fuer";
      input.value = key;
      form.append(input);
    }
  };

  if (fuer !== undefined) store({ key: fuer, name: fuerName });
  const region = stored();
  const asked = new URLSearchParams(location.search);
  if (region?.key && location.pathname === "/" && !asked.has("fuer")) {
    location.replace(`/?fuer=${encodeURIComponent(region.key)}`);
  }
  if (region?.key) {
    carry(document, region.key);
    document.addEventListener("htmx:load", (event) => carry(event.target, region.key));
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-fuer-clear]")) store(null);
  });
}
