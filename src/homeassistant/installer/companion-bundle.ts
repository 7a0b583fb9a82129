import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { INTEGRATION } from "../companion-protocol.ts";
import { copyFailure } from "./copy-problems.ts";

/** Names of files below the folder of the integration, with `/`, and the SHA-256 of their content. */
export type FileHashes = Readonly<Record<string, string>>;

/** A path that stays below the folder it is joined to. */
const relativePath = z.string().regex(/^(?!\.{1,2}(\/|$))[\w.@-]+(\/(?!\.{1,2}(\/|$))[\w.@-]+)*$/);
export const fileHashes: z.ZodType<FileHashes> = z.record(relativePath, z.string().regex(/^[0-9a-f]{64}$/));
const fileList = z.object({ version: z.string().min(1), files: fileHashes });

/** The companion integration that this release brings along: `files.json` and the folder of the integration, as `scripts/companion.mjs` writes them. */
export class CompanionBundle {
  readonly version: string;
  readonly files: FileHashes;
  readonly #folder: string;

  constructor({ folder, version, files }: { folder: string; version: string; files: FileHashes }) {
    this.#folder = join(folder, INTEGRATION);
    this.version = version;
    this.files = files;
  }

  /** Null where the program came without one, as from its sources; throws COMPANION_COPY_FAILED when the list cannot be read. */
  static open(folder: string): CompanionBundle | null {
    const list = join(folder, "files.json");
    if (!existsSync(list)) return null;
    try {
      return new CompanionBundle({ folder, ...fileList.parse(JSON.parse(readFileSync(list, "utf8"))) });
    } catch (error) {
      throw copyFailure("damaged", error);
    }
  }

  /** Throws COMPANION_COPY_FAILED unless the file is the one that was packed. */
  read(path: string): Buffer {
    let content: Buffer;
    try {
      content = readFileSync(join(this.#folder, path));
    } catch (error) {
      throw copyFailure("damaged", error);
    }
    if (hashOf(content) !== this.files[path]) throw copyFailure("damaged");
    return content;
  }
}

export function hashOf(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
