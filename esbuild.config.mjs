import { readFileSync, rmSync } from "node:fs";
import { build } from "esbuild";
import { pageDefinitions } from "./page-script.ts";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

// Chunks bear a hash of their content, so those of an earlier build would stay and be packed.
rmSync(new URL("dist/shared", import.meta.url), { recursive: true, force: true });

const shared = {
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  outdir: "dist",
  sourcemap: "linked",
  legalComments: "none",
  logLevel: "warning",
  define: { __VERSION__: JSON.stringify(version), ...(await pageDefinitions()) },
  // Bundled CommonJS packages (ws, pino, homematic-xmlrpc) call require() for Node's own modules.
  banner: { js: 'import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);' },
};

await Promise.all([
  build({ ...shared, entryPoints: { main: "src/main.ts" }, minify: true, keepNames: true }),
  build({
    ...shared,
    entryPoints: { metrics: "src/metrics/index.ts", events: "src/events/index.ts", simulator: "src/simulator/index.ts" },
    splitting: true,
    chunkNames: "shared/[name]-[hash]",
  }),
]);
