import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { errorMessage } from "../../../src/base/errors.ts";
import { type Options, parseOptions } from "../../../src/config.ts";
import { repositoryRoot } from "../../peers/paths.ts";
import { readManifest } from "../../peers/supervisor/manifest.ts";
import { validateOptions } from "../../peers/supervisor/options.ts";
import { nameOf, type Setting, settingsOf } from "./manifest.ts";

const { options: defaults, schema } = readManifest();
const settings = settingsOf(schema);
const complete = { ccus: [{ host: "ccu", interfaces: [{ name: "HmIP-RF", port: 2010 }] }] };

/** Valid options with one setting changed, or taken out where the value is undefined. */
function withSetting({ path }: Setting, value: unknown): unknown {
  const changed: unknown = structuredClone(parseOptions(complete).options);
  const owner = path.slice(0, -1).reduce<unknown>((node, key) => Reflect.get(Object(node), key), changed);
  const key = path.at(-1) ?? "";
  if (value === undefined) Reflect.deleteProperty(Object(owner), key);
  else Reflect.set(Object(owner), key, value);
  return changed;
}

/** What the program says it expects there. */
function expectation(setting: Setting, value: unknown): string | null {
  try {
    parseOptions(withSetting(setting, value));
    return null;
  } catch (error) {
    return /expected (.*)$/m.exec(errorMessage(error))?.[1] ?? "";
  }
}

function namesOf(value: unknown, path: readonly (string | number)[] = []): readonly string[] {
  if (typeof value !== "object" || value === null) return [nameOf(path)];
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value) ? [[0, value[0]]] : Object.entries(value);
  return entries.flatMap(([key, inner]) => namesOf(inner, [...path, key]));
}

/** An interface is one text in the form, and has fields elsewhere. */
const inTheForm = (names: readonly string[]): readonly string[] => [
  ...new Set(names.map((name) => name.replace(/^(ccus\[\]\.interfaces\[\])\.(name|port)$/, "$1"))),
];

describe("the schema of the add-on", () => {
  const names = settings.map(({ path }) => nameOf(path));

  test("has each setting of the program, and no other", () => {
    const options: Options = parseOptions(complete).options;
    expect(names.toSorted()).toEqual(inTheForm(namesOf(options)).toSorted());
  });

  test("has each setting of docs/options.md, and no other", () => {
    const rows = readFileSync(join(repositoryRoot, "docs/options.md"), "utf8").matchAll(/^\| `([^`]+)` \|/gm);
    const documented = [...rows].map(([, name = ""]) => name);
    const groups = documented.filter((name) => documented.some((other) => other.startsWith(`${name}[].`)));
    expect(groups).toEqual(["ccus", "ccus[].interfaces"]);
    expect(names.toSorted()).toEqual(inTheForm(documented.filter((name) => !groups.includes(name))).toSorted());
  });

  test.each(settings.map((setting) => ({ name: nameOf(setting.path), setting })))("asks for $name as the program does", ({ setting }) => {
    const { type, optional } = setting;
    if (!Number.isInteger(setting.path.at(-1))) expect(expectation(setting, undefined) === null).toBe(optional);
    const wanted = expectation(setting, {}) ?? "";
    const [, choices = ""] = /^list\((.*)\)$/.exec(type) ?? [];
    if (type === "bool") expect(wanted).toBe("true or false");
    else if (type === "port") expect(wanted).toMatch(/^a port number from [01] to 65535$/);
    else if (type.startsWith("list")) expect(wanted).toBe(`one of ${choices.replaceAll("|", ", ")}`);
    else if (type.startsWith("match")) expect(setting.path).toEqual(["ccus", 0, "interfaces", 0]);
    else {
      expect(["str", "password"]).toContain(type);
      expect(wanted).not.toMatch(/^(true or false|a port number|one of)/);
    }
  });

  test.each([
    ["HmIP-RF", { name: "HmIP-RF" }],
    ["BidCos-Wired:2000", { name: "BidCos-Wired", port: 2000 }],
    ["VirtualDevices:9292", { name: "VirtualDevices", port: 9292 }],
  ])("takes the interface %s as the program does", (text, parsed) => {
    const options = { ...defaults, ccus: [{ host: "ccu", interfaces: [text] }] };
    expect(parseOptions(validateOptions(schema, options)).options.ccus[0]?.interfaces).toEqual([parsed]);
  });

  test.each(["CUxD", "HmIP-RF:", "HmIP-RF:1:2", "HmIP-RF:port", "hmip-rf", ""])("refuses the interface %j as the program does", (text) => {
    const options = { ...defaults, ccus: [{ host: "ccu", interfaces: [text] }] };
    expect(() => validateOptions(schema, options)).toThrow("Invalid value for option 'interfaces'");
    expect(() => parseOptions(options)).toThrow(`given ${JSON.stringify(text)}, expected`);
  });

  test("has a port of an interface checked by the program", () => {
    const options = { ...defaults, ccus: [{ host: "ccu", interfaces: ["HmIP-RF:0"] }] };
    expect(() => parseOptions(validateOptions(schema, options))).toThrow("expected a port number from 1 to 65535");
  });

  test("hides secrets, and nothing else", () => {
    const hidden = settings.filter(({ type }) => type === "password").map(({ path }) => nameOf(path));
    expect(hidden).toEqual(["ccus[].password", "home_assistant.token"]);
  });
});

describe("the options of a fresh installation", () => {
  const withAddress = (host: string): unknown => JSON.parse(JSON.stringify(defaults).replace('"host":null', `"host":"${host}"`));

  test("lack nothing but the address of the CCU", () => {
    expect(() => validateOptions(schema, defaults)).toThrow("Missing required option 'host'");
    expect(validateOptions(schema, withAddress("192.168.178.20"))).toEqual(withAddress("192.168.178.20"));
  });

  test("are the defaults of the program", () => {
    const host = "192.168.178.20";
    expect(parseOptions(withAddress(host))).toEqual(parseOptions({ ccus: [{ host }] }));
  });

  test("a further CCU of which the form knows the address only is taken", () => {
    const options = { ...defaults, ccus: [{ host: "192.168.178.20" }, { host: "192.168.178.21", name: "Cellar" }] };
    expect(validateOptions(schema, options)).toEqual(options);
    expect(parseOptions(options).options.ccus.map(({ host }) => host)).toEqual(["192.168.178.20", "192.168.178.21"]);
  });

  test("lose what an older or newer version knew, without a word", () => {
    const options = { ...Object(withAddress("ccu")), of_another_version: true };
    expect(validateOptions(schema, options)).toEqual(withAddress("ccu"));
  });
});
