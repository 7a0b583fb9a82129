import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { ERROR_CODES } from "../../src/base/errors.ts";
import { METRIC_NAMES } from "../../src/ccu/metric-names.ts";
import { parseOptions } from "../../src/config.ts";
import { CAUSES } from "../../src/diagnosis/causes.ts";
import { RANKED_CAUSES } from "../../src/diagnosis/diagnose.ts";
import { jsonReport } from "../../src/doctor/report.ts";
import { DOCTOR_OPTIONS } from "../../src/doctor/request.ts";
import { OPEN_METRICS } from "../../src/web/exposition.ts";
import { openMetrics } from "../../src/web/openmetrics.ts";
import { tableOf } from "../support/markdown-table.ts";
import { FOUND } from "./doctor/findings-fixture.ts";
import { appStatus, TROUBLED } from "./web/status-fixture.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

describe("docs/error-codes.md", () => {
  const rows = tableOf(read("docs/error-codes.md"), "| code |");

  test("holds each code with its text, and no other", () => {
    expect(rows.map(([code, text]) => [code, text])).toEqual(Object.entries(ERROR_CODES));
  });

  test("has a remedy for each", () => {
    for (const [code, , remedy] of rows) expect([code, (remedy ?? "").length > 5]).toEqual([code, true]);
  });
});

describe("docs/causes.md", () => {
  const text = read("docs/causes.md");

  test("holds each cause by rank, with severity, text and remedy, and no other", () => {
    expect(tableOf(text, "| code |").map(([code, severity, wrong, , remedy]) => [code, severity, wrong, remedy])).toEqual(
      RANKED_CAUSES.map((code) => [`\`${code}\``, CAUSES[code].severity, CAUSES[code].text.en, CAUSES[code].remedy.en]),
    );
  });

  test("says how each is recognised", () => {
    for (const [code, , , evidence] of tableOf(text, "| code |")) expect([code, (evidence ?? "").length > 5]).toEqual([code, true]);
  });

  test("holds the German words of each", () => {
    expect(tableOf(text, "| Code |")).toEqual(RANKED_CAUSES.map((code) => [`\`${code}\``, CAUSES[code].text.de, CAUSES[code].remedy.de]));
  });
});

describe("docs/doctor.md", () => {
  const text = read("docs/doctor.md");

  test("holds each option, and no other", () => {
    const documented = tableOf(text, "| option |").map(([option]) => /^`--([a-z-]+)/.exec(option ?? "")?.[1]);
    expect(documented).toEqual(Object.keys(DOCTOR_OPTIONS));
  });

  test("names each field of the report", () => {
    const { cause, interfaces, ...report } = JSON.parse(jsonReport(FOUND, "en"));
    const fields = [report, interfaces[0], interfaces[0].cause].flatMap(Object.keys).filter((name) => !["version", "host"].includes(name));
    expect(cause).toBeNull();
    expect(fields.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

describe("docs/options.md", () => {
  const rows = tableOf(read("docs/options.md"), "| setting |");
  const { options } = parseOptions({ ccus: [{ host: "ccu", interfaces: [{ name: "HmIP-RF", port: 2010 }] }] });

  test("holds each setting, and no other", () => {
    const documented = rows.map(([name]) => (name ?? "").replaceAll("`", "")).sort();
    expect(documented).toEqual(namesOf(options).sort());
  });

  test.each(rows.filter(([, value]) => /^`[^`]*`$/.test(value ?? "")))("states the default of %s", (name = "", value = "") => {
    const { options: defaults } = parseOptions({ ccus: [{ host: "ccu" }] });
    const path = name.replaceAll("`", "").split(/\[\]\.|\./);
    const actual = path.reduce<unknown>((owner, key) => Reflect.get(Array.isArray(owner) ? owner[0] : Object(owner), key), defaults);
    expect(actual).toEqual(JSON.parse(value.replaceAll("`", "")));
  });

  function namesOf(value: unknown, prefix = ""): string[] {
    if (Array.isArray(value)) return [prefix, ...namesOf(value[0], `${prefix}[]`).filter((name) => name !== `${prefix}[]`)];
    if (typeof value !== "object" || value === null) return [prefix];
    return Object.entries(value).flatMap(([key, inner]) => namesOf(inner, prefix === "" ? key : `${prefix}.${key}`));
  }
});

describe("docs/metric-keys.md", () => {
  const text = read("docs/metric-keys.md");

  test("holds each key the product makes, and no other", () => {
    const documented = tableOf(text, "| key |").map(([key, kind]) => `${kind} ${key?.replaceAll("`", "")}`);
    const made = Object.values(METRIC_NAMES).map(({ kind, source, name }) => `${kind} ${source}:<interface>:${name}`);
    expect(documented).toEqual([...made, "counter metrics::invalid_sample", "counter metrics::overflow"]);
  });

  test("holds each series of /metrics with its type and help, and no other", () => {
    const series = openMetrics(appStatus({ ccus: [TROUBLED] }), OPEN_METRICS);
    const types = [...series.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [
      `\`${name}\``,
      type,
      new RegExp(`^# HELP ${name} (.*)$`, "m").exec(series)?.[1],
    ]);
    expect(tableOf(text, "| series |")).toEqual(types);
  });
});

describe("the documents", () => {
  const documents = [
    "README.md",
    "CONTRIBUTING.md",
    ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" }).map((file) => join("docs", file)),
  ].filter((file) => file.endsWith(".md"));

  test.each(documents)("%s links only to files that exist", (document) => {
    const targets = [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1] ?? "");
    expect(targets.filter((target) => !existsSync(join(ROOT, dirname(document), target)))).toEqual([]);
  });

  test("README and CONTRIBUTING name only scripts that exist", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const named = ["README.md", "CONTRIBUTING.md"].flatMap((file) =>
      [...read(file).matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map((match) => match[1] ?? ""),
    );
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
