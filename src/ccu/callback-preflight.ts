import { BlockList, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import { HomematicError, isAbort } from "../base/errors.ts";
import type { LocalText } from "../base/local-text.ts";
import { addressesOf } from "../base/name-lookup.ts";
import { type AddressProblem, addressProblemText, containerWarning } from "../diagnosis/address-problems.ts";

/** What stands behind an address, as far as the address itself tells. */
type AddressKind = "loopback" | "unspecified" | "linkLocal" | "multicast" | "container" | "ordinary";

const KINDS: readonly (readonly [kind: AddressKind, subnets: readonly string[]])[] = [
  ["loopback", ["127.0.0.0/8", "::1/128"]],
  ["unspecified", ["0.0.0.0/8", "::/128"]],
  ["linkLocal", ["169.254.0.0/16", "fe80::/10"]],
  ["multicast", ["224.0.0.0/3", "ff00::/8"]],
  // Docker's bridges, and the range that container tools on desktops use.
  ["container", ["172.16.0.0/12", "198.18.0.0/15"]],
];

const LISTS = KINDS.map(([kind, subnets]): readonly [AddressKind, BlockList] => {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = "", prefix = ""] = subnet.split("/");
    list.addSubnet(network, Number(prefix), isIPv6(network) ? "ipv6" : "ipv4");
  }
  return [kind, list];
});

const REFUSALS: Readonly<Partial<Record<AddressKind, AddressProblem>>> = {
  loopback: "loopback",
  unspecified: "unspecified",
  linkLocal: "link_local",
  multicast: "multicast",
};

export interface PreflightParts {
  /** Asks ourselves through the advertised address; false when nothing of ours answers there. */
  readonly reachesUs: (host: string, signal: AbortSignal) => Promise<boolean>;
  readonly resolve?: (host: string, signal: AbortSignal) => Promise<readonly string[]>;
  readonly ownAddresses?: () => ReadonlySet<string>;
}

/**
 * Checks the address that a CCU is to call before it is told: while a CCU registers us it calls back in the thread that serves its radio, and an
 * address where nobody answers stalls it for minutes.
 */
export class CallbackPreflight {
  readonly #reachesUs: PreflightParts["reachesUs"];
  readonly #resolve: (host: string, signal: AbortSignal) => Promise<readonly string[]>;
  readonly #ownAddresses: () => ReadonlySet<string>;

  constructor({ reachesUs, resolve = resolveAll, ownAddresses = addressesOfThisMachine }: PreflightParts) {
    this.#reachesUs = reachesUs;
    this.#resolve = resolve;
    this.#ownAddresses = ownAddresses;
  }

  /**
   * Returns what may be wrong with the address, or `null` when nothing speaks against it.
   * @throws HomematicError CALLBACK_ADDRESS_REFUSED with what is wrong and what to do, or the signal's reason.
   */
  async check({ host, ccuHost, signal }: { host: string; ccuHost: string; signal: AbortSignal }): Promise<LocalText | null> {
    const addresses = await this.#resolve(host, signal);
    const [address] = addresses;
    if (address === undefined) throw refused(host, "unresolved");
    const kind = kindOf(address);
    const refusal = REFUSALS[kind];
    if (refusal !== undefined && !(kind === "loopback" && (await this.#isOnThisMachine(ccuHost, signal)))) throw refused(host, refusal);
    if (await this.#reachesUs(host, signal)) {
      // A CCU that lives in a container itself, such as one that runs as an add-on, is on that network too.
      return kind === "container" && (await this.#kindOf(ccuHost, signal)) !== "container" ? containerWarning(host) : null;
    }
    signal.throwIfAborted();
    const isOwn = addresses.some((each) => this.#ownAddresses().has(each));
    throw refused(host, isOwn ? "no_echo" : "not_ours");
  }

  async #kindOf(host: string, signal: AbortSignal): Promise<AddressKind | null> {
    const [address] = await this.#resolve(host, signal);
    return address === undefined ? null : kindOf(address);
  }

  async #isOnThisMachine(host: string, signal: AbortSignal): Promise<boolean> {
    const [address] = await this.#resolve(host, signal);
    return address !== undefined && (kindOf(address) === "loopback" || this.#ownAddresses().has(address));
  }
}

function kindOf(address: string): AddressKind {
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  return LISTS.find(([, list]) => list.check(address, family))?.[0] ?? "ordinary";
}

function refused(host: string, problem: AddressProblem): HomematicError {
  const { en: reason } = addressProblemText(problem, host);
  return new HomematicError({
    code: "CALLBACK_ADDRESS_REFUSED",
    message: `The CCU was not told to call this machine: ${reason}. Set callback.host to the address of this machine in your network`,
    context: { host, problem },
  });
}

async function resolveAll(host: string, signal: AbortSignal): Promise<readonly string[]> {
  try {
    return (await addressesOf(host, signal)).map(({ address }) => address);
  } catch (error) {
    if (isAbort(error)) throw error;
    return [];
  }
}

function addressesOfThisMachine(): ReadonlySet<string> {
  return new Set(Object.values(networkInterfaces()).flatMap((addresses) => addresses?.map(({ address }) => address) ?? []));
}
