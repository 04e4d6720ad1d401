// `npm run assets`: builds static/vendor/ from the packages and our own sources; safe to run again.
// One stylesheet and one script for the whole site: a first visit is to weigh no more than 150 KB.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { kernSubset, minify, pruneProperties } from "./kern-subset.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const PACKAGES = join(HERE, "..", "node_modules");
const VENDOR = join(HERE, "vendor");
const CSS_BUDGET = 25 * 1024; // bytes, gzip

const STYLES = ["elements", "layout", "chrome", "components", "steps", "forms", "content", "map", "catalogue", "compare", "print"];
const SCRIPTS = ["region", "search", "page"];
const WEIGHTS = [400, 600];

const read = (...path) => readFileSync(join(...path), "utf8");

function write(name, text) {
  const path = join(VENDOR, name);
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
}

if (!existsSync(join(PACKAGES, "@kern-ux", "native"))) {
  console.error("The packages are missing. Please run `npm ci` first.");
  process.exit(1);
}
if (process.argv.includes("--clean")) rmSync(VENDOR, { recursive: true, force: true });
mkdirSync(join(VENDOR, "fonts"), { recursive: true });

const fonts = WEIGHTS.map((weight) => {
  const name = `fira-sans-${weight}.woff2`;
  const source = `@fontsource/fira-sans/files/fira-sans-latin-${weight}-normal.woff2`;
  copyFileSync(join(PACKAGES, source), join(VENDOR, "fonts", name));
  return `@font-face{font-family:"Fira Sans";font-weight:${weight};font-display:swap;`
    + `src:url("fonts/${name}") format("woff2")}`;
}).join("\n");
const kern = kernSubset(read(PACKAGES, "@kern-ux", "native", "dist", "kern.css"));
const own = STYLES.map((name) => read(HERE, "css", `${name}.css`)).join("\n");
const bundle = minify(pruneProperties(`${fonts}\n${kern}\n${own}`));
const weight = gzipSync(bundle).length;

write("portal.css", bundle);
write("fonts.css", minify(fonts));
write("portal.js", SCRIPTS.map((name) => read(HERE, "js", `${name}.js`)).join("\n"));
copyFileSync(join(PACKAGES, "htmx.org", "dist", "htmx.min.js"), join(VENDOR, "htmx.min.js"));
const axe = join(PACKAGES, "axe-core", "axe.min.js"); // for the tests alone; a server goes without
if (existsSync(axe)) copyFileSync(axe, join(VENDOR, "axe.min.js"));

console.log(`static/vendor: portal.css ${Math.ceil(weight / 1024)} KB compressed`);
if (weight > CSS_BUDGET) {
  console.error(`portal.css is over its budget of ${CSS_BUDGET / 1024} KB.`);
  process.exit(1);
}
