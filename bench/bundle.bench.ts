import { stat } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { repositoryRoot } from "../test/peers/paths.ts";
import type { Row } from "./row.ts";

const MAX_BYTES = 1_200_000;

/** Size of the bundle that the add-on runs, and what it needs beside itself. */
export async function benchBundle(): Promise<Row[]> {
  const file = join("dist", "main.js");
  const { size } = await stat(join(repositoryRoot, file));
  const needed = await filesNeededBy(file);
  return [
    {
      work: "bundle of the add-on",
      ours: `${(size / 1e6).toFixed(2)} MB, ${needed.length} file(s)`,
      peer: "-",
      ratio: "-",
      target: `<= ${MAX_BYTES / 1e6} MB, one file`,
      met: size <= MAX_BYTES && needed.length === 1,
    },
  ];
}

/** Bundling the bundle once more finds everything that it would import at run time. */
async function filesNeededBy(entry: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: repositoryRoot,
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "esm",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  return Object.keys(metafile.inputs);
}
