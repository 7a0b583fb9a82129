import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CompanionBundle, hashOf } from "../../src/homeassistant/installer/companion-bundle.ts";
import { CompanionCopy } from "../../src/homeassistant/installer/companion-copy.ts";
import { nodeFileSystem } from "../../src/homeassistant/installer/file-system.ts";
import { repositoryRoot } from "../peers/paths.ts";

const ADD_ON = join(repositoryRoot, "dist", "addon");
export const DOMAIN = "homematic_vitals";

/** Assembles the folder of the add-on; `main` is its program, with the companion beside it. */
export async function assembleAddOn(): Promise<{ main: string }> {
  await promisify(execFile)(process.execPath, [join(repositoryRoot, "scripts", "addon.mjs")]);
  return { main: join(ADD_ON, "main.mjs") };
}

/** Installs the packed companion as an add-on of an earlier release did. */
export async function installEarlierRelease(configFolder: string, version: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "earlier-release-"));
  try {
    await cp(join(ADD_ON, "companion"), folder, { recursive: true });
    await stampVersion(join(folder, DOMAIN), version);
    const files: Record<string, string> = {};
    for (const path of await filesBelow(join(folder, DOMAIN))) files[path] = hashOf(await readFile(join(folder, DOMAIN, path)));
    await writeFile(join(folder, "files.json"), JSON.stringify({ version, files }));
    const bundle = CompanionBundle.open(folder);
    if (bundle === null) throw new Error("the companion was not packed");
    await new CompanionCopy({ configFolder, bundle, fs: nodeFileSystem }).install();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Makes a copy of the companion say that it is of another version. */
export async function stampVersion(folder: string, version: string): Promise<void> {
  const [manifest, constants] = [join(folder, "manifest.json"), join(folder, "const.py")];
  await writeFile(manifest, JSON.stringify({ ...JSON.parse(await readFile(manifest, "utf8")), version }));
  const code = await readFile(constants, "utf8");
  const stamped = code.replace(/^(INTEGRATION_VERSION: Final = )".*"$/m, `$1"${version}"`);
  if (stamped === code) throw new Error("const.py does not state the version");
  await writeFile(constants, stamped);
}

/** Every file below a folder with its content but Python's caches, by relative path. */
export async function contentOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const paths = await filesBelow(folder);
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(join(folder, path), "latin1")] as const)));
}

/** All files but Python's caches, by relative path. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  return files.filter((path) => !path.includes("__pycache__")).toSorted();
}
