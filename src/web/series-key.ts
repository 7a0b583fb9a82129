import { createHash } from "node:crypto";
import type { CcuStatus, InterfaceStatus } from "./status.ts";

/** Names the history of an interface between the server and the charts; short and harmless, whatever the names are. */
export function seriesKey({ id }: Pick<CcuStatus, "id">, { name }: Pick<InterfaceStatus, "name">): string {
  return createHash("sha256")
    .update(JSON.stringify([id, name]))
    .digest("base64url")
    .slice(0, 12);
}
