import { describe, expect, it } from "vitest";
import { z } from "zod";
import de from "../../../custom_components/homematic_vitals/translations/de.json" with { type: "json" };
import en from "../../../custom_components/homematic_vitals/translations/en.json" with { type: "json" };
import { LANGUAGES } from "../../../src/base/local-text.ts";
import {
  ADD_ON_CONNECTION,
  CCU_ENTITIES,
  type EntitySpec,
  expectedUniqueIds,
  INCIDENT,
  INTERFACE_ENTITIES,
} from "../../../src/homeassistant/entity-table.ts";
import { deviceIdOf, mqttId } from "../../../src/homeassistant/mqtt-ids.ts";
import { HUB_EVENT_TYPES } from "../../../src/hub/hub-sensor-sink.ts";
import { CCU, INTERFACE } from "./setup.ts";

const Text = z.object({
  name: z.string(),
  unit_of_measurement: z.string().optional(),
  state: z.record(z.string(), z.string()).optional(),
  state_attributes: z.record(z.string(), z.object({ state: z.record(z.string(), z.string()).optional() })).optional(),
});
const Texts = z.object({ entity: z.record(z.string(), z.record(z.string(), Text)) });
const TEXTS = { en: Texts.parse(en).entity, de: Texts.parse(de).entity };

const TABLES: readonly (readonly [string, Readonly<Record<string, EntitySpec>>])[] = [
  ["CCU", { ...CCU_ENTITIES, incident: INCIDENT }],
  ["interface", INTERFACE_ENTITIES],
  ["add-on", { add_on_connection: ADD_ON_CONNECTION }],
];
const ALL = TABLES.flatMap(([device, table]) => Object.entries(table).map(([key, spec]) => [device, key, spec] as const));
const SYMBOLS: ReadonlySet<unknown> = new Set([null, "%", "ms", "s"]);

const keysWhere = (table: Readonly<Record<string, EntitySpec>>, test: (spec: EntitySpec) => boolean): readonly string[] =>
  Object.keys(table).filter((key) => table[key] !== undefined && test(table[key]));

describe("the entities by MQTT", () => {
  it.each(ALL)("%s, %s: name, unit and values are the companion's in each language", (_, key, spec) => {
    for (const language of LANGUAGES) {
      const text = TEXTS[language][spec.platform]?.[key];
      expect(text?.name).toBe(spec.name[language]);
      const unit = typeof spec.unit === "object" && spec.unit !== null ? spec.unit[language] : undefined;
      expect(text?.unit_of_measurement).toBe(unit);
      if (unit === undefined) expect(SYMBOLS).toContain(spec.unit);
      if (spec.options !== null) expect(Object.keys(text?.state ?? {}).sort()).toEqual([...spec.options].sort());
    }
  });

  it("are all that the companion has", () => {
    const ours = new Set(ALL.map(([, key, { platform }]) => `${platform}.${key}`));
    const theirs = Object.entries(TEXTS.en).flatMap(([platform, texts]) => Object.keys(texts).map((key) => `${platform}.${key}`));
    expect([...ours].sort()).toEqual(theirs.sort());
    const eventTypes = TEXTS.en["event"]?.["incident"]?.state_attributes?.["event_type"]?.state;
    expect(Object.keys(eventTypes ?? {}).sort()).toEqual([...HUB_EVENT_TYPES].sort());
  });

  it.each(TABLES)("no two of the %s have the same name", (_, table) => {
    for (const language of LANGUAGES) {
      const names = Object.values(table).map((spec) => spec.name[language]);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it("stand in front, and are there at first, as the companion's", () => {
    expect(keysWhere(CCU_ENTITIES, (spec) => !spec.isDiagnostic)).toEqual([
      "system_health",
      "connection_latency",
      "last_event_age",
      "status",
      "problem",
      "connected",
    ]);
    expect(INCIDENT.isDiagnostic).toBe(false);
    expect(keysWhere(INTERFACE_ENTITIES, (spec) => !spec.isDiagnostic)).toEqual([]);
    expect(ADD_ON_CONNECTION.isDiagnostic).toBe(true);
    expect(keysWhere(CCU_ENTITIES, (spec) => !spec.isEnabled).toSorted()).toEqual(["carrier_sense", "events_per_minute"]);
    expect(keysWhere(INTERFACE_ENTITIES, (spec) => !spec.isEnabled).toSorted()).toEqual([
      "carrier_sense",
      "connection_latency",
      "events_per_minute",
      "last_event",
      "latency_p95",
      "service_messages",
      "unreachable_devices",
    ]);
  });

  it("have unique ids that no address and no name is part of", () => {
    const ids = expectedUniqueIds([
      { device: CCU, values: { system_health: 1 }, interfaces: [{ device: INTERFACE, values: { latency_p95: 1 } }] },
    ]);
    expect([...ids].sort()).toEqual([
      "NEQ1234567_HmIP-RF_latency-p95",
      "NEQ1234567_hub_incident",
      "NEQ1234567_hub_system-health",
      "add-on-connection",
    ]);
  });
});

describe("the ids of devices on the broker", () => {
  it.each([":app", "NEQ1234567", "NEQ1234567/HmIP-RF", "192.168.178.21", "a_2Fb/c_d", "a-b.c"])(
    "of %s is one that Home Assistant takes",
    (id) => {
      expect(mqttId(id)).toMatch(/^homematic_vitals_[A-Za-z0-9_-]+$/);
      expect(deviceIdOf(mqttId(id))).toBe(id);
    },
  );

  it("of somebody else are none of ours", () => {
    expect(deviceIdOf("zigbee2mqtt_bridge")).toBeUndefined();
  });
});
