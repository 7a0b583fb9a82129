import type { XmlRpcStruct } from "../xmlrpc/values.ts";
import { isVirtualRemote } from "./device-address.ts";

const MAX_DEVICES = 10_000;

/** The devices an interface has told us, channels left out; bounded. */
export class DeviceInventory {
  /** By address; empty where the CCU does not tell the type. */
  readonly #types = new Map<string, string>();

  get deviceCount(): number {
    return this.#types.size;
  }

  /** Those that report, the virtual keys of the CCU itself left out. */
  get devices(): readonly string[] {
    return [...this.#types.keys()].filter((address) => !isVirtualRemote(address));
  }

  /** The interface has told its devices, and this is none of them. */
  lacks(address: string): boolean {
    return this.#types.size > 0 && !this.#types.has(address);
  }

  /** A device in words: its type, if known, and its address. */
  nameOf(address: string): string {
    const type = this.#types.get(address) ?? "";
    return type === "" ? address : `${type} ${address}`;
  }

  /** Takes the descriptions of `newDevices` or of an answer to `listDevices`. */
  add(descriptions: readonly XmlRpcStruct[]): void {
    for (const { ["ADDRESS"]: address, ["TYPE"]: type } of descriptions) {
      if (typeof address !== "string" || address === "" || address.includes(":")) continue;
      if (this.#types.size < MAX_DEVICES || this.#types.has(address)) this.#types.set(address, typeof type === "string" ? type : "");
    }
  }

  remove(addresses: readonly string[]): void {
    for (const address of addresses) this.#types.delete(address);
  }
}
