import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CompanionCopy } from "../../../src/homeassistant/installer/companion-copy.ts";
import { type FileSystem, nodeFileSystem } from "../../../src/homeassistant/installer/file-system.ts";
import { ROOT } from "../addon/manifest.ts";
import { Workshop } from "./bundles.ts";

const MOUNT = "/homeassistant";

interface Rule {
  readonly path: string;
  readonly matches: RegExp;
  readonly access: string;
}

/** The rules of the profile for Home Assistant's configuration. */
const rules: readonly Rule[] = [
  ...readFileSync(join(ROOT, "addon", "apparmor.txt"), "utf8").matchAll(/^ {2}(\/homeassistant\S*) (\w+),$/gm),
].map(([, path = "", access = ""]) => ({ path, access, matches: asRegExp(path) }));

/** AppArmor's globs, as far as the profile uses them. */
function asRegExp(glob: string): RegExp {
  const pattern = glob.replaceAll(".", "\\.").replaceAll("{,**}", "(.+)?").replaceAll("**", ".+");
  if (/[*?[{]/.test(pattern.replaceAll("(.+)?", ""))) throw new Error(`the test does not know the glob ${glob}`);
  return new RegExp(`^${pattern}$`);
}

const allowed = (path: string, access: "r" | "w"): boolean => rules.some((rule) => rule.access.includes(access) && rule.matches.test(path));

interface Access {
  readonly path: string;
  readonly access: "r" | "w";
}

/** A file system that notes what it is asked for; folders end with a slash, as AppArmor sees them. */
function noting(workshop: Workshop): { fs: FileSystem; accesses: readonly Access[] } {
  const accesses: Access[] = [];
  const note = (access: "r" | "w", path: string, isFolder: boolean): void => {
    accesses.push({ path: `${path.replace(workshop.config, MOUNT)}${isFolder ? "/" : ""}`, access });
  };
  const isFolder = async (path: string): Promise<boolean> => (await nodeFileSystem.kindOf(path)) === "folder";
  const fs: FileSystem = {
    async kindOf(path) {
      const kind = await nodeFileSystem.kindOf(path);
      // What does not exist is not asked about.
      if (kind !== "none") note("r", path, kind === "folder");
      return kind;
    },
    async list(folder) {
      note("r", folder, true);
      return nodeFileSystem.list(folder);
    },
    async read(file) {
      note("r", file, false);
      return nodeFileSystem.read(file);
    },
    async createFolder(folder) {
      note("w", folder, true);
      await nodeFileSystem.createFolder(folder);
    },
    async writeNew(file, content) {
      note("w", file, false);
      await nodeFileSystem.writeNew(file, content);
    },
    async flush(folder) {
      note("r", folder, true);
      await nodeFileSystem.flush(folder);
    },
    async rename(from, to) {
      const folder = await isFolder(from);
      for (const path of [from, to]) note("w", path, folder);
      await nodeFileSystem.rename(from, to);
    },
    async remove(path) {
      const folder = await isFolder(path);
      note("r", path, folder);
      note("w", path, folder);
      await nodeFileSystem.remove(path);
    },
  };
  return { fs, accesses };
}

describe("the AppArmor profile", () => {
  test("allows what the installer does in Home Assistant's configuration, and each rule is needed", async () => {
    await using workshop = await Workshop.open({ customComponents: false });
    const { fs, accesses } = noting(workshop);
    const copyOf = async (version: string): Promise<CompanionCopy> =>
      new CompanionCopy({ configFolder: workshop.config, bundle: await workshop.bundle(version), fs });
    await (await copyOf("1.0.0")).install();
    await (await copyOf("1.1.0")).install();
    await rm(workshop.target, { recursive: true });
    await (await copyOf("1.1.0")).look();

    const used = accesses.map(({ path, access }) => `${access} ${path}`);
    expect(used.filter((one) => one.startsWith("w")).length).toBeGreaterThan(10);
    expect(accesses.filter(({ path, access }) => !allowed(path, access))).toEqual([]);
    for (const rule of rules) {
      for (const access of rule.access) {
        expect(
          accesses.filter((one) => one.access === access && rule.matches.test(one.path)).length,
          `${rule.path} ${access}`,
        ).toBeGreaterThan(0);
      }
    }
  });

  test.each([
    "configuration.yaml",
    "secrets.yaml",
    ".storage/auth",
    ".storage/",
    "custom_components/hacs/manifest.json",
    "custom_components/homematic_vitals2/__init__.py",
    "custom_components/homematic_vitals.py",
    ".homematic_vitals2/x",
    "home-assistant_v2.db",
    "www/x.js",
  ])("keeps %s closed", (path) => {
    expect([allowed(`${MOUNT}/${path}`, "r"), allowed(`${MOUNT}/${path}`, "w")]).toEqual([false, false]);
  });
});
