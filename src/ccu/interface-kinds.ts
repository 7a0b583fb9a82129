import type { InterfaceName } from "../config.ts";

export interface InterfaceKind {
  readonly port: number;
  readonly tlsPort: number;
  readonly path: string;
  /** Whether its devices report by themselves, so that their silence means something. */
  readonly hasRadio: boolean;
  /** There are versions of it that answer pings, but never send a PONG. */
  readonly mayLackPongs: boolean;
}

/** Where a CCU serves each interface, and what is normal there. */
export const INTERFACE_KINDS: Readonly<Record<InterfaceName, InterfaceKind>> = {
  "BidCos-RF": { port: 2001, tlsPort: 42001, path: "/", hasRadio: true, mayLackPongs: false },
  "BidCos-Wired": { port: 2000, tlsPort: 42000, path: "/", hasRadio: true, mayLackPongs: false },
  "HmIP-RF": { port: 2010, tlsPort: 42010, path: "/", hasRadio: true, mayLackPongs: false },
  VirtualDevices: { port: 9292, tlsPort: 49292, path: "/groups", hasRadio: false, mayLackPongs: true },
};
