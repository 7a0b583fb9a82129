// release.mjs TAG: checks that the tag and all places of the version are one, prints "version=N" and writes the notes of the release.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const [tag = ""] = process.argv.slice(2);
const read = (file) => readFileSync(join(ROOT, file), "utf8");
const { version } = JSON.parse(read("package.json"));

const [, changelogVersion, notes = ""] = /^## (\S+)\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(read("addon/CHANGELOG.md")) ?? [];
const stated = {
  "the tag": tag.replace(/^v/, ""),
  "package-lock.json": JSON.parse(read("package-lock.json")).version,
  "addon/config.yaml": /^version: (\S+)$/m.exec(read("addon/config.yaml"))?.[1],
  "addon/CHANGELOG.md": changelogVersion,
  "compose.yaml": /^ +image: \S+:(\S+)$/m.exec(read("compose.yaml"))?.[1],
  "manifest.json of the integration": JSON.parse(read("custom_components/homematic_vitals/manifest.json")).version,
  "const.py of the integration": /^INTEGRATION_VERSION: Final = "(.*)"$/m.exec(read("custom_components/homematic_vitals/const.py"))?.[1],
};

const others = Object.entries(stated).filter(([, other]) => other !== version);
if (others.length > 0 || notes.trim() === "") {
  for (const [place, other] of others) process.stderr.write(`package.json says ${version}, ${place} says ${other}\n`);
  if (notes.trim() === "") process.stderr.write(`addon/CHANGELOG.md says nothing about ${version}\n`);
  process.exit(1);
}
mkdirSync(join(ROOT, "dist"), { recursive: true });
writeFileSync(join(ROOT, "dist", "release-notes.md"), `${notes.trim()}\n`);
process.stdout.write(`version=${version}\n`);
