import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const { HOMEMATIC_VITALS_CACHE = join(homedir(), ".cache", "homematic-vitals") } = process.env;

/** The checkout. */
export const repositoryRoot: string = fileURLToPath(new URL("../..", import.meta.url));

/** Folder that `setup.sh` fills; outside the checkout, so that a fresh clone finds everything. */
export const cacheDirectory: string = HOMEMATIC_VITALS_CACHE;

/** The Python of one environment, named after its file in `requirements/`. */
export const pythonOf = (environment: string): string => join(cacheDirectory, "bin", `${environment}-python`);
