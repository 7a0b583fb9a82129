import { networkInterfaces } from "node:os";
import { fill, type LocalText } from "../base/local-text.ts";
import { USUAL_PORT } from "./callback-port.ts";
import * as texts from "./texts.ts";

/** What speaks against the address that the CCU was told, for whoever looks for the reason why no events arrive. */
export function callbackNotes({
  told,
  wishedPort,
  warning,
  addresses = addressesOfThisMachine(),
}: {
  /** Host and port. */
  told: string;
  /** `null`: the usual one, or any other where that one is in use. */
  wishedPort: number | null;
  /** What the check of the address said. */
  warning: LocalText | null;
  addresses?: readonly string[];
}): readonly LocalText[] {
  const [, host = "", port = ""] = /^(.*):(\d+)$/.exec(told) ?? [];
  const others = addresses.filter((address) => address !== host);
  return [
    ...(warning === null ? [] : [fill(texts.WARNED_ADDRESS, { warning })]),
    ...(wishedPort === null && Number(port) !== USUAL_PORT ? [fill(texts.OTHER_PORT, { usual: String(USUAL_PORT), port })] : []),
    ...(others.length === 0 ? [] : [fill(texts.OTHER_ADDRESSES, { addresses: others.join(", ") })]),
  ];
}

/** Those that a CCU may reach; of IPv6 there are too many to choose from. */
function addressesOfThisMachine(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter(({ family, internal }) => family === "IPv4" && !internal).map(({ address }) => address);
}
