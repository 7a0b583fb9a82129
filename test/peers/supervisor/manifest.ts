import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { repositoryRoot } from "../paths.ts";

/** `str?`, `list(a|b)` and so on, or a group of them, or a list of either. */
export type Schema = string | readonly Schema[] | { readonly [name: string]: Schema };

const schema: z.ZodType<Schema> = z.lazy(() => z.union([z.string(), z.array(schema).length(1), z.record(z.string(), schema)]));

/** The fields of `addon/config.yaml` that a Supervisor acts on. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly slug: string;
  readonly description: string;
  readonly url: string;
  readonly arch: readonly string[];
  readonly homeassistant: string;
  readonly startup: string;
  readonly timeout: number;
  readonly homeassistant_api: boolean;
  readonly hassio_api: boolean;
  readonly discovery: readonly string[];
  readonly services: readonly string[];
  readonly map: readonly unknown[];
  readonly ingress_port: number;
  readonly panel_icon: string;
  readonly panel_title: string;
  readonly watchdog: string;
  readonly ports: Readonly<Record<string, number | null>>;
  readonly ports_description: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly schema: Readonly<Record<string, Schema>>;
}

const manifest: z.ZodType<Manifest> = z.looseObject({
  name: z.string(),
  version: z.string(),
  slug: z.string(),
  description: z.string(),
  url: z.string(),
  arch: z.array(z.string()),
  homeassistant: z.string(),
  startup: z.string(),
  timeout: z.int(),
  homeassistant_api: z.boolean().default(false),
  hassio_api: z.boolean().default(false),
  discovery: z.array(z.string()),
  services: z.array(z.string()).default([]),
  map: z.array(z.unknown()).default([]),
  ingress_port: z.int(),
  panel_icon: z.string(),
  panel_title: z.string(),
  watchdog: z.string(),
  ports: z.record(z.string(), z.int().nullable()),
  ports_description: z.record(z.string(), z.string()),
  options: z.record(z.string(), z.unknown()),
  schema: z.record(z.string(), schema),
});

export const readYaml = (file: string): unknown => parse(readFileSync(join(repositoryRoot, file), "utf8"));

/** What this checkout states as an add-on. */
export const readManifest = (): Manifest => manifest.parse(readYaml("addon/config.yaml"));

export function isList(node: Schema): node is readonly Schema[] {
  return Array.isArray(node);
}
