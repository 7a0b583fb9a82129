// Packs the companion integration as the program installs it: the folder, and the list of its files with their hashes.
import { createHash } from "node:crypto";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";

const DOMAIN = "homematic_vitals";
const SOURCE = join(dirname(import.meta.dirname), "custom_components", DOMAIN);

/** Writes `files.json` and the folder of the integration into `target`, which is made anew. */
export function packCompanion(target) {
  const folder = join(target, DOMAIN);
  rmSync(target, { recursive: true, force: true });
  cpSync(SOURCE, folder, { recursive: true, filter: (file) => basename(file) !== "__pycache__" });
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const files = Object.fromEntries(names.map((file) => [relative(folder, file).split(sep).join("/"), hashOf(file)]));
  const { version } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  writeFileSync(join(target, "files.json"), `${JSON.stringify({ version, files }, null, 2)}\n`);
}

function hashOf(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
