import type { XmlRpcValue } from "../xmlrpc/values.ts";

/** How one kind of interface process differs from the others. */
export interface Flavour {
  /** Where calls are taken; "/" takes them anywhere. */
  readonly path: string;
  readonly version: string;
  /** What `ping` returns and which address its PONG bears; null where `clientServerInitialized` stands in for it. */
  readonly ping: { readonly result: XmlRpcValue; readonly pongAddress: string } | null;
  /** Whether an event that is alone is sent as plain `event` instead of a `system.multicall` of one. */
  readonly singleEvents: boolean;
  /** What every callback bears instead of the id of `init`. */
  readonly callbackId: string | null;
  /** Whether `init` makes it tell which devices there are. */
  readonly tellsDevices: boolean;
  /** Whether crossing a step of a radio module's duty cycle makes an event. */
  readonly tellsDutyCycle: boolean;
  /** Whether messages without Content-Length are refused, in requests and in the answers of clients. */
  readonly needsContentLength: boolean;
  /** Whether a device that a client lists counts as known by its VERSION alone or only if every attribute is the same. */
  readonly comparesVersionOnly: boolean;
  /** What stands for a list without entries. */
  readonly emptyList: XmlRpcValue;
  readonly emptyChildren: XmlRpcValue;
}

const rfd: Flavour = {
  path: "/",
  version: "2.5.1",
  ping: { result: [true], pongAddress: "CENTRAL" },
  singleEvents: false,
  callbackId: null,
  tellsDevices: true,
  tellsDutyCycle: true,
  needsContentLength: true,
  comparesVersionOnly: true,
  emptyList: "",
  emptyChildren: [],
};

const hmip: Flavour = {
  path: "/",
  version: "3.1.13",
  ping: { result: true, pongAddress: "CENTRAL:0" },
  singleEvents: true,
  callbackId: null,
  tellsDevices: true,
  tellsDutyCycle: false,
  needsContentLength: false,
  comparesVersionOnly: false,
  emptyList: [],
  emptyChildren: [],
};

export type SimulatedInterfaceName = "BidCos-RF" | "BidCos-Wired" | "HmIP-RF" | "VirtualDevices" | "CUxD" | "Homegear";

export const FLAVOURS: Readonly<Record<SimulatedInterfaceName, Flavour>> = {
  "BidCos-RF": rfd,
  "BidCos-Wired": rfd,
  "HmIP-RF": hmip,
  VirtualDevices: {
    ...hmip,
    path: "/groups",
    ping: { result: true, pongAddress: "CENTRAL" },
    emptyChildren: "",
  },
  // The real one speaks BIN-RPC only; this is how it looks through a translator.
  CUxD: {
    ...hmip,
    version: "2.11",
    ping: { result: true, pongAddress: "CENTRAL" },
    callbackId: "CUxD",
    tellsDevices: false,
  },
  Homegear: { ...rfd, version: "Homegear 0.8.0", ping: null, needsContentLength: false, emptyList: [] },
};

export function isInterfaceName(value: unknown): value is SimulatedInterfaceName {
  return typeof value === "string" && Object.hasOwn(FLAVOURS, value);
}
