import type { PathName } from "./status.ts";

/** In the order in which they depend on each other. */
export const PATH_NAMES: readonly PathName[] = ["command", "event", "radio"];
