import { readdirSync } from "node:fs";
import { join } from "node:path";
import { cacheDirectory } from "./paths.ts";

const SITE_PACKAGES = "lib/python3.14/site-packages";

/** A Home Assistant Core of the tests. */
export interface Core {
  /** Name of its file in `requirements/`. */
  readonly environment: string;
  readonly version: string;
}

function coreOf(environment: string): Core {
  const packages = readdirSync(join(cacheDirectory, "venvs", environment, SITE_PACKAGES));
  const version = packages.map((name) => /^homeassistant-(\d[\d.]*)\.dist-info$/.exec(name)?.[1]).find((found) => found !== undefined);
  if (version === undefined) throw new Error(`The environment ${environment} has no Home Assistant`);
  return { environment, version };
}

/** The oldest that is supported. */
export const OLDEST_CORE: Core = coreOf("ha-2026.8");
export const NEWEST_CORE: Core = coreOf("ha");
