import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { repositoryRoot } from "../../peers/paths.ts";

const run = promisify(execFile);
const FILES = [
  "scripts/release.mjs",
  "package.json",
  "package-lock.json",
  "compose.yaml",
  "addon/config.yaml",
  "addon/CHANGELOG.md",
  "custom_components/homematic_vitals/manifest.json",
  "custom_components/homematic_vitals/const.py",
];

/** In a copy of the files that name the version. */
describe("scripts/release.mjs", () => {
  let folder: string;
  let version: string;

  const release = (tag: string) => run(process.execPath, [join(folder, "scripts", "release.mjs"), tag]);
  const refusal = async (tag: string): Promise<string> => {
    const failed: unknown = await release(tag).catch((error: unknown) => error);
    return String(Reflect.get(Object(failed), "stderr"));
  };
  const change = async (file: string, before: string | RegExp, after: string): Promise<void> => {
    const text = await readFile(join(folder, file), "utf8");
    const changed = text.replace(before, after);
    expect(changed).not.toBe(text);
    await writeFile(join(folder, file), changed);
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "release-"));
    for (const file of FILES) await cp(join(repositoryRoot, file), join(folder, file));
    version = JSON.parse(await readFile(join(folder, "package.json"), "utf8")).version;
  });

  afterEach(() => rm(folder, { recursive: true }));

  test("tells the version, and the newest part of the changelog as notes", async () => {
    await change("addon/CHANGELOG.md", /$/, "\n## 0.0.1\n\n- The first one.\n");
    const { stdout } = await release(`v${version}`);
    expect(stdout).toBe(`version=${version}\n`);
    const notes = await readFile(join(folder, "dist", "release-notes.md"), "utf8");
    expect(notes).toMatch(/^- \S/);
    expect(notes).not.toMatch(/^##|The first one/m);
  });

  test("refuses a tag that is another version", async () => {
    expect(await refusal("v99.0.0")).toBe(`package.json says ${version}, the tag says 99.0.0\n`);
  });

  test.each([
    ["addon/config.yaml", /^version: .*$/m, "version: 98.0.0", "addon/config.yaml"],
    ["addon/CHANGELOG.md", /^## .*$/m, "## 98.0.0", "addon/CHANGELOG.md"],
    ["compose.yaml", /(image: .*):.*$/m, "$1:98.0.0", "compose.yaml"],
    ["package-lock.json", /"version": ".*"/, '"version": "98.0.0"', "package-lock.json"],
    ["custom_components/homematic_vitals/manifest.json", /"version": ".*"/, '"version": "98.0.0"', "manifest.json of the integration"],
    ["custom_components/homematic_vitals/const.py", /(INTEGRATION_VERSION: Final =) ".*"/, '$1 "98.0.0"', "const.py of the integration"],
  ])("refuses a %s of another version", async (file, before, after, place) => {
    await change(file, before, after);
    expect(await refusal(`v${version}`)).toBe(`package.json says ${version}, ${place} says 98.0.0\n`);
  });

  test("refuses a version of which the changelog says nothing", async () => {
    await change("addon/CHANGELOG.md", /^(## .*)[\s\S]*$/m, "$1\n");
    expect(await refusal(`v${version}`)).toBe(`addon/CHANGELOG.md says nothing about ${version}\n`);
  });
});
