import { dirname, join } from "node:path";
import { INTEGRATION } from "../companion-protocol.ts";
import type { CompanionBundle } from "./companion-bundle.ts";
import { asCopyFailure, copyFailure } from "./copy-problems.ts";
import type { FileSystem } from "./file-system.ts";
import { type InstalledCopy, inspectCopy, MARKER, markerOf } from "./installed-copy.ts";
import { isNewer } from "./versions.ts";

/**
 * Copies the integration into Home Assistant's configuration folder. A new copy is written beside `custom_components`, where
 * Home Assistant does not look, and takes its place by renaming: whatever fails, and wherever the program ends, the old or the
 * new copy is there as a whole, at the latest after the next `look`.
 */
export class CompanionCopy {
  readonly #fs: FileSystem;
  readonly #bundle: CompanionBundle;
  readonly #root: string;
  readonly #customComponents: string;
  readonly #target: string;
  readonly #staging: string;
  readonly #next: string;
  readonly #previous: string;

  /** `configFolder` is Home Assistant's, such as /homeassistant. */
  constructor({ configFolder, bundle, fs }: { configFolder: string; bundle: CompanionBundle; fs: FileSystem }) {
    this.#fs = fs;
    this.#bundle = bundle;
    this.#root = configFolder;
    this.#customComponents = join(configFolder, "custom_components");
    this.#target = join(this.#customComponents, INTEGRATION);
    this.#staging = join(configFolder, `.${INTEGRATION}`);
    this.#next = join(this.#staging, "next");
    this.#previous = join(this.#staging, "previous");
  }

  /** What is installed; tidies up first after an installation that was cut off. Throws COMPANION_COPY_FAILED. */
  async look(): Promise<InstalledCopy> {
    try {
      await this.#recover();
      return await this.#inspect();
    } catch (error) {
      throw asCopyFailure(error);
    }
  }

  /** Installs or updates; never replaces a copy of somebody else, an edited or a newer one. Throws COMPANION_COPY_FAILED. */
  async install(): Promise<void> {
    try {
      await this.#recover();
      if (!this.#mayReplace(await this.#inspect())) throw copyFailure("changed");
      await this.#stage();
      const present = await this.#inspect();
      if (!this.#mayReplace(present)) throw copyFailure("changed");
      await this.#swap(present);
    } catch (error) {
      await this.#recover().catch(() => {});
      throw asCopyFailure(error);
    }
    // The new copy is in place; what is left over is removed by the next look at the latest.
    await this.#fs.remove(this.#staging).catch(() => {});
  }

  async #inspect(): Promise<InstalledCopy> {
    const kind = await this.#fs.kindOf(this.#customComponents);
    if (kind === "none") return { kind };
    if (kind !== "folder") throw copyFailure("link");
    return await inspectCopy(this.#fs, this.#target);
  }

  #mayReplace(copy: InstalledCopy): boolean {
    return copy.kind === "none" || (copy.kind === "ours" && !copy.edited && isNewer(this.#bundle.version, copy.version));
  }

  async #stage(): Promise<void> {
    const { version, files } = this.#bundle;
    await this.#fs.createFolder(this.#staging);
    await this.#fs.createFolder(this.#next);
    const folders = new Set([this.#next]);
    for (const path of Object.keys(files)) {
      const file = join(this.#next, path);
      for (const folder of foldersBetween(this.#next, file)) {
        if (!folders.has(folder)) await this.#fs.createFolder(folder);
        folders.add(folder);
      }
      await this.#fs.writeNew(file, this.#bundle.read(path));
    }
    await this.#fs.writeNew(join(this.#next, MARKER), markerOf(version, files));
    for (const folder of folders) await this.#fs.flush(folder);
  }

  async #swap(present: InstalledCopy): Promise<void> {
    if ((await this.#fs.kindOf(this.#customComponents)) === "none") await this.#fs.createFolder(this.#customComponents);
    if (present.kind !== "none") await this.#fs.rename(this.#target, this.#previous);
    await this.#fs.rename(this.#next, this.#target);
    // Not being able to say that it is on the disk takes nothing back.
    for (const folder of [this.#customComponents, this.#staging, this.#root]) await this.#fs.flush(folder).catch(() => {});
  }

  /** Puts a copy back whose successor did not get into its place, and removes everything else that was left. */
  async #recover(): Promise<void> {
    const kind = await this.#fs.kindOf(this.#staging);
    if (kind === "none") return;
    if (kind !== "folder") throw copyFailure("link");
    if ((await this.#fs.kindOf(this.#target)) === "none") {
      const previous = await inspectCopy(this.#fs, this.#previous);
      if (previous.kind === "ours" && !previous.edited) {
        await this.#fs.rename(this.#previous, this.#target);
      }
    }
    // Leftovers harm nobody; they hinder the next installation, which will say so.
    await this.#fs.remove(this.#staging).catch(() => {});
  }
}

/** The folders below `root` that `file` needs, outermost first. */
function foldersBetween(root: string, file: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = dirname(file); folder !== root; folder = dirname(folder)) folders.unshift(folder);
  return folders;
}
