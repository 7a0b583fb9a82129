import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { repositoryRoot } from "./paths.ts";

const Package = z.object({ scripts: z.object({ start: z.string() }) });

/** What Node is told when it runs the program, as `npm start` does. */
export const NODE_FLAGS: readonly string[] = Package.parse(JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")))
  .scripts.start.split(" ")
  .filter((word) => word.startsWith("--"));
