import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseOptions } from "../../../src/config.ts";
import { repositoryRoot } from "../../peers/paths.ts";
import { readManifest } from "../../peers/supervisor/manifest.ts";
import { validateOptions } from "../../peers/supervisor/options.ts";

const read = (file: string): string => readFileSync(join(repositoryRoot, file), "utf8");
const docs = read("addon/DOCS.md");
const IMAGES = "https://raw.githubusercontent.com/homematic-vitals/homematic-vitals/main/";

/** What Home Assistant or Docker says, not the program. */
const SAID_BY_OTHERS = ["Missing required option 'host'", "Invalid value for option 'interfaces'", "Port is already allocated"];

describe("addon/DOCS.md", () => {
  test("has pictures that exist, each with words for those who cannot see it", () => {
    const pictures = [...docs.matchAll(/!\[([^\]]*)\]\(([^)]*)\)/g)].map(([, words = "", url = ""]) => ({ words, url }));
    expect(pictures.length).toBeGreaterThan(4);
    expect(pictures.filter(({ words, url }) => words.length < 10 || !url.startsWith(IMAGES))).toEqual([]);
    expect(pictures.map(({ url }) => url.slice(IMAGES.length)).filter((file) => !existsSync(join(repositoryRoot, file)))).toEqual([]);
  });

  test("quotes only what is really said", () => {
    const sources = globSync("src/**/*.ts", { cwd: repositoryRoot }).map(read).join("\n");
    const said = `${sources}${SAID_BY_OTHERS.join("\n")}`.replaceAll(/\$\{[^}]*\}/g, "");
    const quotes = [...docs.slice(docs.indexOf("## Troubleshooting")).matchAll(/"([^"]+)"/g)].map(([, quote = ""]) => quote);
    expect(quotes.length).toBeGreaterThan(12);
    expect(quotes.filter((quote) => !said.includes(quote.replace(/\/data\/\w+\.json/, "")) && !said.includes(quote))).toEqual([]);
  });

  test("has configurations that the Supervisor and the program take", () => {
    const { options, schema } = readManifest();
    const examples = [...docs.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = ""]) => ({ ...options, ...parse(yaml) }));
    expect(examples.map((example) => parseOptions(validateOptions(schema, example)).options.ccus.length)).toEqual([1, 2]);
  });
});
