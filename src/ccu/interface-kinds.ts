import type { InterfaceName } from "../config.ts";

export interface InterfaceKind {
  readonly port: number;
  readonly tlsPort: number;
  readonly path: string;
  /**
   * With devices that reported before, this long without any device event means a silent radio.
   * `null`: the interface has no radio of its own to judge.
   */
  readonly radioSilenceLimitMs: number | null;
}

const HOUR_MS = 3_600_000;

/** Where a CCU serves each interface, and what is normal there. */
export const INTERFACE_KINDS: Readonly<Record<InterfaceName, InterfaceKind>> = {
  "BidCos-RF": { port: 2001, tlsPort: 42001, path: "/", radioSilenceLimitMs: 24 * HOUR_MS },
  "BidCos-Wired": { port: 2000, tlsPort: 42000, path: "/", radioSilenceLimitMs: 24 * HOUR_MS },
  // Mains-powered HmIP devices report every two to three minutes, so an hour of silence is no rhythm.
  "HmIP-RF": { port: 2010, tlsPort: 42010, path: "/", radioSilenceLimitMs: HOUR_MS },
  VirtualDevices: { port: 9292, tlsPort: 49292, path: "/groups", radioSilenceLimitMs: null },
};
