import { join } from "node:path";
import { z } from "zod";
import { type FileHashes, fileHashes, hashOf } from "./companion-bundle.ts";
import type { FileSystem } from "./file-system.ts";

/** Beside the files of the integration; Home Assistant does not look at it. */
export const MARKER = ".written-by-add-on.json";
const CACHE = "__pycache__";

const marker = z.object({ owner: z.literal("homematic-vitals"), version: z.string(), files: fileHashes });
const manifest = z.object({ version: z.string() });

/** What lies in the folder of the integration. Only `ours` may be replaced, and only while it is as it was written. */
export type InstalledCopy =
  | { readonly kind: "none" }
  | { readonly kind: "ours"; readonly version: string; readonly edited: boolean }
  /** Version null: there is none that Home Assistant could load. */
  | { readonly kind: "foreign"; readonly version: string | null };

export function markerOf(version: string, files: FileHashes): Buffer {
  return Buffer.from(`${JSON.stringify({ owner: "homematic-vitals", version, files }, null, 2)}\n`);
}

/** Reads every file of the folder: whoever changed one wants to keep it. */
export async function inspectCopy(fs: FileSystem, folder: string): Promise<InstalledCopy> {
  const kind = await fs.kindOf(folder);
  if (kind === "none") return { kind };
  if (kind !== "folder") return { kind: "foreign", version: null };
  const [ours, installed] = [await readJson(fs, join(folder, MARKER), marker), await readJson(fs, join(folder, "manifest.json"), manifest)];
  if (ours === null) return { kind: "foreign", version: installed?.version ?? null };
  return { kind: "ours", version: ours.version, edited: !sameHashes(ours.files, await hashesOf(fs, folder)) };
}

async function readJson<Content>(fs: FileSystem, file: string, schema: z.ZodType<Content>): Promise<Content | null> {
  if ((await fs.kindOf(file)) !== "file") return null;
  try {
    return schema.parse(JSON.parse((await fs.read(file)).toString("utf8")));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

/** Of every file but the marker and what Python wrote; anything else than a file or a folder gets a hash that nothing has. */
async function hashesOf(fs: FileSystem, folder: string, below = ""): Promise<FileHashes> {
  const found: Record<string, string> = {};
  for (const name of await fs.list(join(folder, below))) {
    const path = below === "" ? name : `${below}/${name}`;
    if (name === CACHE || path === MARKER) continue;
    const kind = await fs.kindOf(join(folder, path));
    if (kind === "folder") Object.assign(found, await hashesOf(fs, folder, path));
    else found[path] = kind === "file" ? hashOf(await fs.read(join(folder, path))) : kind;
  }
  return found;
}

function sameHashes(a: FileHashes, b: FileHashes): boolean {
  return Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([path, hash]) => b[path] === hash);
}
