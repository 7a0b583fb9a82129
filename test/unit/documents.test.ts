import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { ERROR_CODES } from "../../src/base/errors.ts";
import { CALLBACK_COUNTERS, METRIC_NAMES } from "../../src/ccu/metric-names.ts";
import { parseOptions } from "../../src/config.ts";
import { CAUSES } from "../../src/diagnosis/causes.ts";
import { RANKED_CAUSES } from "../../src/diagnosis/diagnose.ts";
import { EXIT_CODES } from "../../src/doctor/doctor.ts";
import { jsonReport, textReport } from "../../src/doctor/report.ts";
import { DOCTOR_OPTIONS } from "../../src/doctor/request.ts";
import { USAGE } from "../../src/doctor/texts.ts";
import { OPEN_METRICS } from "../../src/web/exposition.ts";
import { MetricsText } from "../../src/web/openmetrics.ts";
import { tableOf } from "../support/markdown-table.ts";
import { BLOCKED, FOUND, found } from "./doctor/findings-fixture.ts";
import { appStatus, figuresOf, TROUBLED } from "./web/status-fixture.ts";

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

  test("shows the report as it is", () => {
    const [, shown = ""] = /\n```\n(Homematic Vitals .*?)```/s.exec(text) ?? [];
    const version = /\S+(?= has looked at)/;
    expect(shown.replace(version, "")).toBe(textReport(BLOCKED, "en").replace(version, ""));
  });

  test("holds each exit code, as the usage does", () => {
    const codes = [...Object.values(EXIT_CODES), 130].map(String);
    expect(tableOf(text, "| exit code |").map(([code]) => code)).toEqual(codes);
    for (const usage of Object.values(USAGE)) {
      const [, listed = ""] = /Exit.code: (.*)$/is.exec(usage) ?? [];
      expect(listed.match(/\d+/g)).toEqual(codes);
    }
  });

  describe("holds each field of the JSON with its type, and no other", () => {
    const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
      text: (value) => typeof value === "string",
      number: (value) => typeof value === "number",
      "true or false": (value) => typeof value === "boolean",
      list: Array.isArray,
      "list of texts": (value) => Array.isArray(value) && value.every((each) => typeof each === "string"),
      object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
      cause: (value) => typeof value === "object" && value !== null && "code" in value,
      null: (value) => value === null,
    };
    const isOf = (type: string, value: unknown): boolean => {
      const words = [...type.matchAll(/`(\w+)`/g)].map(([, word]) => word);
      const kinds = type === "true or false" ? [type] : type.split(" or ");
      return words.some((word) => word === value) || kinds.some((kind) => TYPES[kind]?.(value));
    };
    const unknownCcu = { ...FOUND, interfaces: [], callback: null, cause: found("timeout") };
    const notes = [{ en: "note", de: "Hinweis" }];
    const reports = [FOUND, { ...BLOCKED, notes, stillRegistered: ["HmIP-RF"] as const }, unknownCcu].map((each) =>
      JSON.parse(jsonReport(each, "de")),
    );
    const interfaces = reports.flatMap((each) => each.interfaces);

    test.each<[header: string, objects: readonly object[]]>([
      ["| field |", reports],
      ["| interface field |", interfaces],
      ["| cause field |", [...reports, ...interfaces].flatMap(({ cause }) => cause ?? [])],
    ])("%s", (header, objects) => {
      const rows = tableOf(text, header).map(([name = "", type = ""]) => ({ name: name.replaceAll("`", ""), type }));
      expect(objects.length).toBeGreaterThan(0);
      for (const each of objects) {
        expect(Object.keys(each).sort()).toEqual(rows.map(({ name }) => name).sort());
        expect(rows.filter(({ name, type }) => !isOf(type, Reflect.get(each, name)))).toEqual([]);
      }
      const isTold = (name: string, isNull: boolean) => objects.some((each) => (Reflect.get(each, name) === null) === isNull);
      const neverNull = rows.filter(({ name, type }) => type.includes("or null") !== isTold(name, true) || !isTold(name, false));
      expect(neverNull).toEqual([]);
    });
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
    const ofAll = CALLBACK_COUNTERS.map((name) => `counter callback::${name}`);
    expect(documented).toEqual([...made, ...ofAll, "counter metrics::invalid_sample", "counter metrics::overflow"]);
  });

  test("holds each series of /metrics with its type and help, and no other", () => {
    const series = new MetricsText().of(figuresOf(appStatus({ ccus: [TROUBLED] })), OPEN_METRICS).toString();
    const types = [...series.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [
      `\`${name}\``,
      type,
      new RegExp(`^# HELP ${name} (.*)$`, "m").exec(series)?.[1],
    ]);
    expect(tableOf(text, "| series |")).toEqual(types);
  });

  test("explains each label of them", () => {
    const series = new MetricsText().of(figuresOf(appStatus({ ccus: [TROUBLED] })), OPEN_METRICS).toString();
    const labels = new Set([...series.matchAll(/[{,]([a-z_]+)="/g)].map(([, label = ""]) => label));
    const [, explained = ""] = /^Labels: (.*?)\n\n/ms.exec(text) ?? [];
    expect(labels.size).toBeGreaterThan(5);
    expect([...labels].filter((label) => !explained.includes(`\`${label}\``))).toEqual([]);
  });
});

test("docs/adr/README.md lists each decision by its number and title, and no number is taken twice", () => {
  const files = readdirSync(join(ROOT, "docs/adr")).filter((file) => file !== "README.md");
  const numbered = files.toSorted().map((file, index) => {
    const title = /^# (\d+)\. (.+)$/m.exec(read(`docs/adr/${file}`));
    expect([file.slice(0, 4), title?.[1]]).toEqual([`${index + 1}`.padStart(4, "0"), `${index + 1}`]);
    return [title?.[1], `[${title?.[2]}](${file})`];
  });
  expect(tableOf(read("docs/adr/README.md"), "| | decision |")).toEqual(numbered);
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
