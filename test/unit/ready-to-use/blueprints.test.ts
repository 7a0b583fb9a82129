import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parse, parseDocument, visit } from "yaml";
import { z } from "zod";
import { AgeRule } from "../../../src/hub/age-rule.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const RAW = "https://raw.githubusercontent.com/homematic-vitals/homematic-vitals/main";
const FOLDER = "blueprints/automation/homematic_vitals";
const BLUEPRINTS = ["notify_on_problem", "remind_of_silence", "notify_on_duty_cycle"];
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

const Input = z.looseObject({ name: z.string(), description: z.string().optional(), selector: z.record(z.string(), z.unknown()) });
const Blueprint = z.looseObject({
  blueprint: z.looseObject({ name: z.string(), description: z.string(), source_url: z.string(), input: z.record(z.string(), Input) }),
  variables: z.looseObject({ texts: z.record(z.string(), z.string()) }),
});

const blueprint = (file: string) => Blueprint.parse(parse(read(join(FOLDER, file)), { customTags: [INPUT_TAG] }));
const INPUT_TAG = { tag: "!input", resolve: (name: string) => ({ input: name }) };

/** Each text that a user reads is replaced by nothing, so that two languages can be compared. */
function withoutWords(file: string): unknown {
  const { blueprint: head, variables, ...rest } = blueprint(file);
  const input = Object.entries(head.input).map(([key, { name: _name, description, selector, ...more }]) => {
    return [key, { ...more, isDescribed: description !== undefined, selector: withoutLabels(selector) }];
  });
  return { ...rest, variables: { ...variables, texts: Object.keys(variables.texts) }, min: head["homeassistant"], input };
}

function withoutLabels(selector: Readonly<Record<string, unknown>>): unknown {
  return JSON.parse(JSON.stringify(selector, (key, value: unknown) => (key === "label" ? undefined : value)));
}

const wordsOf = (file: string): readonly string[] => {
  const { blueprint: head, variables } = blueprint(file);
  const inputs = Object.values(head.input).flatMap(({ name, description = "" }) => [name, description]);
  return [head.name, head.description, ...inputs, ...Object.values(variables.texts)];
};

describe.each(BLUEPRINTS)("blueprint %s", (name) => {
  test("works the same in both languages", () => {
    expect(withoutWords(`${name}_de.yaml`)).toEqual(withoutWords(`${name}.yaml`));
  });

  test("says each sentence in the other language", () => {
    const german = wordsOf(`${name}_de.yaml`);
    expect(wordsOf(`${name}.yaml`).filter((text) => text.includes(" ") && german.includes(text))).toEqual([]);
  });

  test.each([`${name}.yaml`, `${name}_de.yaml`])("%s names where it comes from and offers only entities of this project", (file) => {
    const { source_url, input } = blueprint(file).blueprint;
    expect(source_url).toBe(`${RAW}/${FOLDER}/${file}`);
    const filters = Object.values(input).flatMap(({ selector }) => {
      const { entity } = z
        .object({ entity: z.object({ filter: z.array(z.looseObject({ integration: z.string() })) }).optional() })
        .parse(selector);
      return entity ? [entity.filter.map(({ integration }) => integration)] : [];
    });
    expect(filters).toEqual([["homematic_vitals", "mqtt"]]);
  });

  test.each([`${name}.yaml`, `${name}_de.yaml`])("%s has no key that Home Assistant has replaced", (file) => {
    const keys = new Set<unknown>();
    visit(parseDocument(read(join(FOLDER, file)), { customTags: [INPUT_TAG] }), { Pair: (_, { key }) => void keys.add(String(key)) });
    expect(keys).toContain("triggers");
    for (const replaced of ["platform", "service", "data_template", "service_template"]) expect(keys).not.toContain(replaced);
    const head = parse(read(join(FOLDER, file)), { customTags: [INPUT_TAG] });
    for (const replaced of ["trigger", "condition", "action"]) expect(head).not.toHaveProperty(replaced);
  });
});

test("silence is told when it begins: each limit is an age that is published the moment it is reached", () => {
  const { selector } = blueprint("remind_of_silence.yaml").blueprint.input["limit"] ?? {};
  const { select } = z.object({ select: z.object({ options: z.array(z.object({ value: z.coerce.number() })) }) }).parse(selector);
  expect(select.options.length).toBeGreaterThan(3);
  for (const { value } of select.options) {
    const rule = new AgeRule({ clock: new ManualClock() });
    rule.decide(value - 1);
    expect([value, rule.decide(value).publish]).toEqual([value, true]);
  }
});

test("there are no other blueprints", () => {
  expect(readdirSync(join(ROOT, FOLDER)).sort()).toEqual(BLUEPRINTS.flatMap((name) => [`${name}.yaml`, `${name}_de.yaml`]).sort());
});

describe("README.md", () => {
  test("has a link for each blueprint that lets a click import it", () => {
    const links = [
      ...read("README.md").matchAll(/https:\/\/my\.home-assistant\.io\/redirect\/blueprint_import\/\?blueprint_url=([^)\s]+)/g),
    ];
    const sources = BLUEPRINTS.flatMap((name) => [`${name}.yaml`, `${name}_de.yaml`]).map((file) => blueprint(file).blueprint.source_url);
    expect(links.map((match) => decodeURIComponent(match[1] ?? "")).sort()).toEqual(sources.sort());
  });
});
