import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CompanionBundle, hashOf } from "../../../src/homeassistant/installer/companion-bundle.ts";
import { REPOSITORY } from "../../../src/homeassistant/installer/marketplace.ts";
import { ROOT, readYaml } from "../addon/manifest.ts";
import { DOMAIN } from "./bundles.ts";

const SOURCE = join(ROOT, "custom_components", DOMAIN);

async function packed(): Promise<AsyncDisposable & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "packed-"));
  const { packCompanion } = await import(join(ROOT, "scripts", "companion.mjs"));
  packCompanion(folder);
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

test("the packed companion has every file of the integration, each as its hash says, and no other", async () => {
  await using pack = await packed();
  const bundle = CompanionBundle.open(pack.folder);
  const entries = await readdir(SOURCE, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("__pycache__"))
    .map((entry) => join(entry.parentPath, entry.name).slice(SOURCE.length + 1));
  expect(Object.keys(bundle?.files ?? {}).toSorted()).toEqual(files.toSorted());
  for (const file of files) expect(hashOf(bundle?.read(file) ?? Buffer.of())).toBe(hashOf(await readFile(join(SOURCE, file))));
  expect(JSON.parse(await readFile(join(SOURCE, "manifest.json"), "utf8"))).toMatchObject({ version: bundle?.version });
});

test("a program that came without the companion has none", async () => {
  expect(CompanionBundle.open(join(tmpdir(), "no-such-folder"))).toBeNull();
});

test.each([
  ["no JSON", "{"],
  ["no version", JSON.stringify({ files: {} })],
  ["a file outside of the folder", JSON.stringify({ version: "1.0.0", files: { "../configuration.yaml": "0".repeat(64) } })],
  ["an absolute path", JSON.stringify({ version: "1.0.0", files: { "/etc/passwd": "0".repeat(64) } })],
  ["a path that climbs", JSON.stringify({ version: "1.0.0", files: { "a/../../b": "0".repeat(64) } })],
  ["what is no hash", JSON.stringify({ version: "1.0.0", files: { "a.py": "x" } })],
])("a list with %s is refused", async (_name, content) => {
  await using pack = await packed();
  await writeFile(join(pack.folder, "files.json"), content);
  expect(() => CompanionBundle.open(pack.folder)).toThrow(expect.objectContaining({ code: "COMPANION_COPY_FAILED" }));
});

test("the Marketplace is asked for the repository that the user adds to the app store", () => {
  expect(readYaml("addon/config.yaml")).toMatchObject({ url: `https://github.com/${REPOSITORY}` });
});
