import { fill, type LocalText } from "../base/local-text.ts";

export type AddressProblem = "loopback" | "unspecified" | "link_local" | "multicast" | "unresolved" | "not_ours" | "no_echo";

/** Why a CCU is not told to call an address; `{host}` is that address. */
export const ADDRESS_PROBLEMS: Readonly<Record<AddressProblem, LocalText>> = {
  loopback: {
    en: "{host} means this machine itself, so the CCU would call itself",
    de: "{host} meint immer das eigene Gerät, die CCU würde also sich selbst anrufen",
  },
  unspecified: {
    en: "{host} is no address that anybody can call",
    de: "{host} ist keine Adresse, die jemand anrufen kann",
  },
  link_local: {
    en: "{host} is valid on one network cable only",
    de: "{host} gilt nur auf einem einzigen Netzwerkkabel",
  },
  multicast: {
    en: "{host} is no address of a machine",
    de: "{host} ist keine Adresse eines Geräts",
  },
  unresolved: {
    en: "the name {host} cannot be resolved on this machine",
    de: "der Name {host} lässt sich auf diesem Gerät nicht auflösen",
  },
  not_ours: {
    en: "{host} is no address of this machine, and nothing of ours answers there",
    de: "{host} ist keine Adresse dieses Geräts, und dort antwortet auch nichts von uns",
  },
  no_echo: {
    en: "we do not reach ourselves at {host}",
    de: "wir erreichen uns unter {host} nicht einmal selbst",
  },
};

export function isAddressProblem(value: unknown): value is AddressProblem {
  return typeof value === "string" && Object.hasOwn(ADDRESS_PROBLEMS, value);
}

/** What is wrong with the address, as a part of a sentence. */
export function addressProblemText(problem: AddressProblem, host: string): LocalText {
  return fill(ADDRESS_PROBLEMS[problem], { host });
}

/** What may be wrong with the address, in one sentence without its end. */
export function containerWarning(host: string): LocalText {
  return fill(
    {
      en: "{host} looks like an address inside a container, which a CCU outside cannot call",
      de: "{host} sieht nach einer Adresse in einem Container aus, die eine CCU außerhalb nicht anrufen kann",
    },
    { host },
  );
}
