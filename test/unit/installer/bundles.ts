import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CompanionBundle, hashOf } from "../../../src/homeassistant/installer/companion-bundle.ts";

export const DOMAIN = "homematic_vitals";

export const filesOf = (version: string): Readonly<Record<string, string>> => ({
  "__init__.py": `VERSION = "${version}"\n`,
  "manifest.json": JSON.stringify({ domain: DOMAIN, name: "Homematic Vitals", version }),
  "translations/en.json": "{}",
  "brand/icon.png": `picture of ${version}`,
});

/** A folder for one test, with Home Assistant's configuration in it. */
export class Workshop implements AsyncDisposable {
  readonly root: string;
  readonly config: string;

  private constructor(root: string) {
    this.root = root;
    this.config = join(root, "homeassistant");
  }

  static async open({ customComponents = true }: { customComponents?: boolean } = {}): Promise<Workshop> {
    const workshop = new Workshop(await mkdtemp(join(tmpdir(), "installer-")));
    await mkdir(customComponents ? join(workshop.config, "custom_components") : workshop.config, { recursive: true });
    await writeFile(join(workshop.config, "secrets.yaml"), "password: x\n");
    return workshop;
  }

  get target(): string {
    return join(this.config, "custom_components", DOMAIN);
  }

  /** A companion as `scripts/companion.mjs` packs it. */
  async bundle(version: string): Promise<CompanionBundle> {
    const folder = join(this.root, `companion-${version}`);
    const files = filesOf(version);
    await writeFiles(join(folder, DOMAIN), files);
    const hashes = Object.fromEntries(Object.entries(files).map(([path, content]) => [path, hashOf(Buffer.from(content))]));
    await writeFile(join(folder, "files.json"), JSON.stringify({ version, files: hashes }));
    const bundle = CompanionBundle.open(folder);
    if (bundle === null) throw new Error("there is no bundle");
    return bundle;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** Every file below a folder with its content, by relative path. */
export async function contentOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file.slice(folder.length + 1), await readFile(file, "utf8")])));
}
