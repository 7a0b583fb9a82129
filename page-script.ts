import { readFileSync } from "node:fs";
import { build } from "esbuild";

/** What the browser runs and the style of its charts, as texts that the server carries in itself: no path ever reaches the file system. */
export async function pageDefinitions(): Promise<Record<"__PAGE_SCRIPT__" | "__CHART_STYLE__", string>> {
  const { outputFiles } = await build({
    entryPoints: [new URL("src/web/page/browser/main.ts", import.meta.url).pathname],
    bundle: true,
    platform: "browser",
    target: "es2022",
    format: "iife",
    minify: true,
    write: false,
    legalComments: "none",
    logLevel: "warning",
  });
  return {
    __PAGE_SCRIPT__: JSON.stringify(outputFiles[0]?.text ?? ""),
    __CHART_STYLE__: JSON.stringify(readFileSync(new URL("node_modules/uplot/dist/uPlot.min.css", import.meta.url), "utf8")),
  };
}
