// Cuts KERN's stylesheet (340 KB) down to the components that the portal uses.
// KERN's compiled file is regular: rules, at-rules with rules inside, no nesting. More is not understood.

// A selector stays when every KERN class in it begins with one of these.
const KEPT_BLOCKS = [
  "accordion", "alert", "badge", "body", "btn", "card", "divider", "error", "fieldset", "form-check",
  "form-input", "heading", "hint", "icon", "label", "layer", "level", "link", "list", "number", "preline",
  "sr-only", "subline", "table", "title",
];
const KEPT_ICONS = [
  "account-circle", "add", "arrow-back", "arrow-forward", "calendar-today", "check", "close", "danger",
  "default", "download", "easy-language", "help", "home", "info", "large", "logout", "mail",
  "open-in-new", "search", "sign-language", "small", "success", "warning", "x-large",
];

const BLOCK = new RegExp(`^(?:${KEPT_BLOCKS.join("|")})(?:--|__|-responsive|-mobile|-\\d|-x|-l|-m|-s|$)`);

const isKept = (name) => {
  const icon = name.match(/^icon--(.+)$/);
  if (icon) return KEPT_ICONS.includes(icon[1]);
  return BLOCK.test(name) || /^(dark|light)$/.test(name);
};

/** Splits CSS into [prelude, body] pairs; strings and comments may hold braces. */
export function parse(css) {
  const rules = [];
  let depth = 0, start = 0, open = -1, quote = "";
  for (let i = 0; i < css.length; i++) {
    const c = css[i];
    if (quote) {
      if (c === "\\") i++;
      else if (c === quote) quote = "";
    } else if (c === '"' || c === "'") quote = c;
    else if (c === "{" && depth++ === 0) open = i;
    else if (c === "}" && --depth === 0) {
      rules.push([css.slice(start, open).trim(), css.slice(open + 1, i)]);
      start = i + 1;
    } else if (c === ";" && depth === 0) start = i + 1; // @charset, @import
  }
  return rules;
}

const print = (rules) => rules.map(([prelude, body]) => `${prelude}{${body}}`).join("\n");

/** Splits a selector list at its outer commas: `:is(a, b), c` has two. */
function selectors(prelude) {
  let depth = 0, current = "";
  const found = [];
  for (const c of prelude) {
    if (c === "(") depth++;
    if (c === ")") depth--;
    if (c === "," && depth === 0) {
      found.push(current.trim());
      current = "";
    } else current += c;
  }
  return [...found, current.trim()];
}

function pruneRules(css) {
  const kept = [];
  for (const [prelude, body] of parse(css)) {
    if (prelude.startsWith("@media")) {
      const inner = pruneRules(body);
      if (inner) kept.push([prelude, inner]);
    } else if (!prelude.startsWith("@")) {
      // The theme follows the reader's system (prefers-color-scheme), so the switchable themes go.
      const list = selectors(prelude).filter(
        (one) => !/^(\[data-kern-theme|\.kern-(dark|light)\b)/.test(one)
          && [...one.matchAll(/\.kern-([\w-]+)/g)].every(([, name]) => isKept(name)),
      );
      if (list.length) kept.push([list.join(","), body]);
    }
  }
  return print(kept);
}

/** Drops custom properties that nothing reads, until nothing more falls away. */
export function pruneProperties(css) {
  for (;;) {
    const read = new Set([...css.matchAll(/var\(\s*(--[\w-]+)/g)].map(([, name]) => name));
    const definitions = /(?<=[{;\s])(--[\w-]+)\s*:[^;}]*;?/g;
    const pruned = css.replace(definitions, (all, name) => (read.has(name) ? all : ""));
    if (pruned === css) return css;
    css = pruned;
  }
}

export const withoutComments = (css) => css.replace(/\/\*[\s\S]*?\*\//g, "");

/** Takes out white space, but never inside quotes. */
export const minify = (css) => withoutComments(css)
  .split(/("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')/)
  .map((part, index) => (index % 2 ? part : part
    .replace(/\s+/g, " ")
    .replace(/ ?([{};,]) ?/g, "$1")
    .replace(/: (?=[^{}]*[;}])/g, ":")
    .replace(/;}/g, "}")))
  .join("")
  .replace(/[^{}]+\{\}/g, "")
  .trim();

// In forced colours KERN paints its icons white, which nobody sees on a light theme.
const visibleIcons = (css) => css.replace(/background-color:\s*var\(--kern-color-white[^;]*!important/g,
  "background-color: CanvasText !important");

export const kernSubset = (css) => visibleIcons(pruneRules(withoutComments(css)));
