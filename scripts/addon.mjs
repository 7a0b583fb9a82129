// Assembles dist/addon: a folder that builds by itself, as a local add-on of a Home Assistant or in the release workflow.
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseDocument } from "yaml";
import { packCompanion } from "./companion.mjs";

const ROOT = dirname(import.meta.dirname);
const BUNDLE = join(ROOT, "dist", "main.js");
const TARGET = join(ROOT, "dist", "addon");

rmSync(TARGET, { recursive: true, force: true });
cpSync(join(ROOT, "addon"), TARGET, { recursive: true });
cpSync(BUNDLE, join(TARGET, "main.mjs"));
packCompanion(join(TARGET, "companion"));
writeFileSync(join(TARGET, "config.yaml"), withoutImage(readFileSync(join(TARGET, "config.yaml"), "utf8")));
writeFileSync(join(TARGET, "LICENSES.txt"), licenses());

/** With an image the Supervisor would pull that instead of building the folder. */
function withoutImage(text) {
  const document = parseDocument(text);
  document.delete("image");
  return document.toString();
}

/** The licence of the product and of each package in the bundle. */
function licenses() {
  const { sources } = JSON.parse(readFileSync(`${BUNDLE}.map`, "utf8"));
  const folders = new Set(sources.map((source) => /(^|.*\/)node_modules\/(@[^/]+\/)?[^/]+/.exec(source)?.[0]).filter(Boolean));
  const packages = [...folders].sort().map((folder) => join(dirname(BUNDLE), folder));
  return [ROOT, ...packages].map(license).join(`\n${"-".repeat(80)}\n\n`);
}

function license(folder) {
  const { name, version, license: kind } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = ["LICENSE", "LICENSE.md", "LICENSE.txt", "license"].map((candidate) => join(folder, candidate)).find(existsSync);
  if (file === undefined) throw new Error(`${name} has no licence file`);
  return `${name} ${version} (${kind})\n\n${readFileSync(file, "utf8").trim()}\n`;
}
