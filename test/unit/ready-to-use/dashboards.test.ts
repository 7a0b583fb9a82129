import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

const ROOT = resolve(import.meta.dirname, "../../..");
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

const Names = z.record(z.string(), z.looseObject({ name: z.string() }));
const Translations = z.object({ entity: z.object({ sensor: Names, binary_sensor: Names, event: Names }) });
const entitiesIn = (language: string) =>
  Translations.parse(JSON.parse(read(`custom_components/homematic_vitals/translations/${language}.json`))).entity;

const ENGLISH = read("dashboards/homematic-vitals.yaml");
const GERMAN = read("dashboards/homematic-vitals-de.yaml");
const ENTITY_ID = /\b(sensor|binary_sensor|event)\.ccu_((?:hmip_rf|bidcos_rf|bidcos_wired|virtualdevices)_)?(\w+)/g;
/** What a user reads; everything else must be the same in both languages. */
const WORDS = new Set(["heading", "title", "content"]);
const INTERFACES = ["HmIP-RF", "BidCos-RF", "BidCos-Wired", "VirtualDevices"];
const SAME_IN_BOTH = new Set(["CCU", "Homematic Vitals", ...INTERFACES]);

/** As Home Assistant makes an entity id of a name. */
const slug = (name: string): string =>
  name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_");

/** Puts the entity ids of a German Home Assistant in the place of the English ones. */
function withGermanIds(text: string): string {
  const [english, german] = [entitiesIn("en"), entitiesIn("de")];
  return text.replaceAll(ENTITY_ID, (id, platform: keyof typeof english, interfaceName: string | undefined, name: string) => {
    const [key] = Object.entries(english[platform]).find(([, entity]) => slug(entity.name) === name) ?? [];
    const translated = key === undefined ? undefined : german[platform][key]?.name;
    return translated === undefined ? `unknown entity ${id}` : `${platform}.ccu_${interfaceName ?? ""}${slug(translated)}`;
  });
}

function textsOf(yaml: string): { readonly texts: readonly string[]; readonly rest: unknown } {
  const texts: string[] = [];
  const rest: unknown = JSON.parse(JSON.stringify(parse(yaml)), (key, value: unknown) => {
    if (!WORDS.has(key) || typeof value !== "string") return value;
    texts.push(value);
    return key;
  });
  return { texts, rest };
}

describe("the dashboards", () => {
  test("show the same in both languages", () => {
    expect(textsOf(GERMAN).rest).toEqual(textsOf(withGermanIds(ENGLISH)).rest);
  });

  test("say each text in the other language", () => {
    const german = new Set(textsOf(GERMAN).texts);
    expect(textsOf(ENGLISH).texts.filter((text) => german.has(text) && !SAME_IN_BOTH.has(text))).toEqual([]);
  });

  test.each([ENGLISH, GERMAN])("use cards that come with Home Assistant, and one prefix for every entity", (yaml) => {
    expect(yaml).not.toContain("custom:");
    expect(yaml.match(/\b(?:sensor|binary_sensor|event)\.\w+/g)?.filter((id) => !id.includes(".ccu_"))).toEqual([]);
  });

  test("show every interface that is watched", () => {
    for (const name of INTERFACES) expect(ENGLISH).toContain(`heading: ${name}\n`);
  });
});
