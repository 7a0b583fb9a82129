import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

export const ROOT: string = resolve(import.meta.dirname, "../../..");

/** `str?`, `list(a|b)` and so on, or a group of them, or a list of groups. */
export type Schema = string | readonly Schema[] | { readonly [name: string]: Schema };

const schema: z.ZodType<Schema> = z.lazy(() => z.union([z.string(), z.array(schema).length(1), z.record(z.string(), schema)]));

export interface Manifest {
  readonly version: string;
  readonly slug: string;
  readonly homeassistant: string;
  readonly discovery: readonly string[];
  readonly ingress_port: number;
  readonly watchdog: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly schema: Readonly<Record<string, Schema>>;
}

const manifest: z.ZodType<Manifest> = z.looseObject({
  version: z.string(),
  slug: z.string(),
  homeassistant: z.string(),
  discovery: z.array(z.string()),
  ingress_port: z.int(),
  watchdog: z.string(),
  ports: z.record(z.string(), z.int()),
  options: z.record(z.string(), z.unknown()),
  schema: z.record(z.string(), schema),
});

export const readYaml = (file: string): unknown => parse(readFileSync(join(ROOT, file), "utf8"));

export const readManifest = (): Manifest => manifest.parse(readYaml("addon/config.yaml"));

export interface Setting {
  /** Such as `["ccus", 0, "host"]`; 0 is the first entry of a list. */
  readonly path: readonly (string | number)[];
  /** Without the question mark. */
  readonly type: string;
  readonly optional: boolean;
}

/** Every single setting of a schema. */
export function settingsOf(node: Schema, path: readonly (string | number)[] = []): readonly Setting[] {
  if (typeof node === "string") return [{ path, type: node.replace(/\?$/, ""), optional: node.endsWith("?") }];
  const children: readonly [string | number, Schema][] = isList(node) ? node.map((child) => [0, child]) : Object.entries(node);
  return children.flatMap(([key, child]) => settingsOf(child, [...path, key]));
}

/** As the documentation writes it: `ccus[].host`. */
export function nameOf(path: readonly (string | number)[]): string {
  return path.map((part, index) => (typeof part === "number" ? "[]" : `${index === 0 ? "" : "."}${part}`)).join("");
}

/**
 * What the Supervisor misses in the options: everything but `type?` and `[type?]`. A group or a list of groups must be there
 * although all that it holds may be absent, and a null counts as nothing.
 */
export function missingFrom(options: unknown, node: Schema, path: readonly (string | number)[] = []): readonly string[] {
  if (typeof node === "string") return options === null ? [nameOf(path)] : [];
  if (isList(node)) {
    const [element = ""] = node;
    return Array.isArray(options) ? options.flatMap((entry) => missingFrom(entry, element, [...path, 0])) : [nameOf(path)];
  }
  const given = new Map(Object.entries(Object(options)));
  return Object.entries(node).flatMap(([key, child]) => {
    if (given.has(key)) return missingFrom(given.get(key), child, [...path, key]);
    const first = isList(child) ? child[0] : child;
    return typeof first === "string" && first.endsWith("?") ? [] : [nameOf([...path, key])];
  });
}

export function isList(node: Schema): node is readonly Schema[] {
  return Array.isArray(node);
}
