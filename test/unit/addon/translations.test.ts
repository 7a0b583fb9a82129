import { describe, expect, test } from "vitest";
import { z } from "zod";
import { parseOptions } from "../../../src/config.ts";
import { isList, readManifest, readYaml, type Schema } from "../../peers/supervisor/manifest.ts";
import { nameOf, settingsOf } from "./manifest.ts";

interface Entry {
  readonly name: string;
  readonly description: string;
  readonly fields?: Readonly<Record<string, Entry>> | undefined;
}

const entry: z.ZodType<Entry> = z.strictObject({
  name: z.string().min(1),
  description: z.string().min(1),
  fields: z.lazy(() => z.record(z.string(), entry)).optional(),
});
const translation = z.strictObject({ configuration: z.record(z.string(), entry), network: z.record(z.string(), z.string().min(1)) });

const { schema, ports } = readManifest();
const { options } = parseOptions({ ccus: [{ host: "ccu" }] });
/** An address has no default, and a name is counted up. */
const defaults = { ...options, ccus: options.ccus.map((ccu) => ({ ...ccu, host: "", name: "" })) };

const WORDS = {
  en: { value: /Default: (.*?)(?:\. Example|$)/, example: /Example: (.*)$/, true: "on", false: "off" },
  de: { value: /Vorgabe: (.*?)(?:\. Beispiel|$)/, example: /Beispiel: (.*)$/, true: "ein", false: "aus" },
};

/** The names of a schema and of a translation in one form. */
function tree(node: Schema): object {
  if (typeof node === "string") return {};
  if (isList(node)) return tree(node[0] ?? "");
  return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, tree(child)]));
}

function treeOf(fields: Readonly<Record<string, Entry>>): object {
  return Object.fromEntries(Object.entries(fields).map(([key, child]) => [key, treeOf(child.fields ?? {})]));
}

describe.each(["en", "de"] as const)("translations/%s.yaml", (language) => {
  const { configuration, network } = translation.parse(readYaml(`addon/translations/${language}.yaml`));
  const words = WORDS[language];

  test("names each setting, and no other", () => {
    expect(treeOf(configuration)).toEqual(tree(schema));
  });

  test("names each port, and no other", () => {
    expect(Object.keys(network)).toEqual(Object.keys(ports));
  });

  const described = settingsOf(schema).map(({ path, type }) => {
    const keys = path.filter((key) => typeof key === "string");
    const fields = keys.slice(0, -1).reduce<Readonly<Record<string, Entry>>>((owner, key) => owner[key]?.fields ?? {}, configuration);
    return { name: nameOf(path), path, type, description: fields[keys.at(-1) ?? ""]?.description ?? "" };
  });

  test.each(described)("states the default of $name", ({ path, description }) => {
    const value = path.reduce<unknown>((owner, key) => Reflect.get(Object(owner), key), defaults);
    const [, stated = ""] = words.value.exec(description) ?? [];
    expect(stated).not.toBe("");
    if (typeof value === "boolean") expect(stated).toBe(words[`${value}`]);
    if (typeof value === "number" || (typeof value === "string" && value !== "")) expect(stated).toBe(String(value));
  });

  test.each(described.filter(({ type }) => type !== "password"))("has an example for $name that the program takes", (setting) => {
    const { path, type, description } = setting;
    const [, example = ""] = words.example.exec(description) ?? [];
    expect(example).not.toBe("");
    const value = type === "bool" ? example === words.true : type === "port" ? Number(example) : example;
    const options = parseOptions({ ccus: [{ host: "ccu", interfaces: [{ name: "HmIP-RF", port: 2010 }] }] }).options;
    const owner = path.slice(0, -1).reduce<unknown>((node, key) => Reflect.get(Object(node), key), options);
    Reflect.set(Object(owner), path.at(-1) ?? "", value);
    expect(() => parseOptions(options)).not.toThrow();
  });
});
