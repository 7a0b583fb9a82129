import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { CAUSE_CODES } from "../../src/diagnosis/cause-codes.ts";
import { CCU_METRICS, HUB_EVENT_TYPES, HUB_PROBLEM_KEYS, INTERFACE_METRICS } from "../../src/hub/hub-sensor-sink.ts";
import { tableOf } from "../support/markdown-table.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

const Words = z.record(z.string(), z.string());
const Entity = z.looseObject({ name: z.string(), unit_of_measurement: z.string().optional() });
const Translations = z.object({
  entity: z.object({
    binary_sensor: z.record(z.string(), Entity),
    sensor: z.looseObject({ cause: Entity.extend({ state: Words }) }).catchall(Entity),
    event: z.object({ incident: Entity.extend({ state_attributes: z.looseObject({ event_type: z.looseObject({ state: Words }) }) }) }),
  }),
  issues: z.record(z.string(), z.looseObject({ title: z.string() })),
});

const { entity, issues } = Translations.parse(JSON.parse(read("custom_components/homematic_vitals/translations/en.json")));
const document = read("docs/integration.md");
const section = (heading: string): string => document.slice(document.indexOf(`${heading}\n`));
const entityOf = (key: string) => entity.sensor[key] ?? entity.binary_sensor[key];
const code = (text: string): string => `\`${text}\``;
const sorted = <Row>(rows: Iterable<Row>): Row[] => [...rows].sort();

describe("docs/integration.md", () => {
  test.each([
    ["### Of a CCU", [...CCU_METRICS.map((key) => entityOf(key)?.name), entity.event.incident.name]],
    ["### Of an interface", INTERFACE_METRICS.map((key) => entityOf(key)?.name)],
    ["### Of the app", [entity.binary_sensor["add_on_connection"]?.name]],
  ])("has each entity under its English name: %s", (heading, names) => {
    expect(tableOf(section(heading), "| entity |").map(([name]) => name)).toEqual(names);
  });

  test("has the units that the translations state", () => {
    const units = new Map([...Object.values(entity.sensor)].map(({ name, unit_of_measurement }) => [name, unit_of_measurement]));
    const rows = ["### Of a CCU", "### Of an interface"].flatMap((heading) => tableOf(section(heading), "| entity |"));
    const translated = rows.filter(([name = ""]) => units.get(name) !== undefined);
    expect(translated.length).toBeGreaterThan(3);
    expect(translated.map(([name, unit]) => [name, unit])).toEqual(translated.map(([name = ""]) => [name, units.get(name)]));
  });

  test("has each cause as Home Assistant shows it", () => {
    const { state } = entity.sensor.cause;
    const documented = tableOf(section("## Causes"), "| state |").map(([key, shown]) => `${key} ${shown}`);
    expect(sorted(documented)).toEqual(sorted(["none", ...CAUSE_CODES].map((key) => `${code(key)} ${state[key]}`)));
  });

  test("has each event type as Home Assistant shows it", () => {
    const { state } = entity.event.incident.state_attributes.event_type;
    const documented = tableOf(section("## Incidents"), "| event type |").map(([key, shown]) => [key, shown]);
    expect(documented).toEqual(HUB_EVENT_TYPES.map((key) => [code(key), state[key]]));
  });

  test("has each repair under its title, and each trouble that only the user can end is one", () => {
    const titles = Object.values(issues).map(({ title }) => title.replace("{ccu}", "CCU").replace("{name}", "Homematic Vitals"));
    expect(sorted(tableOf(section("## Repairs"), "| repair |").map(([title]) => title))).toEqual(sorted(titles));
    expect(HUB_PROBLEM_KEYS.filter((key) => !(key in issues))).toEqual([]);
  });

  test("leaves no cell empty", () => {
    const rows = document.split("\n").filter((line) => line.startsWith("|"));
    expect(rows.filter((line) => /\|\s*\|/.test(line))).toEqual([]);
  });
});
