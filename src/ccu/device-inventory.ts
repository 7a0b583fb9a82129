import type { XmlRpcStruct } from "../xmlrpc/values.ts";

const MAX_DEVICES = 10_000;

/** The device addresses an interface has told us, channels left out; bounded. */
export class DeviceInventory {
  readonly #addresses = new Set<string>();

  get deviceCount(): number {
    return this.#addresses.size;
  }

  /** Takes the descriptions of `newDevices` or of an answer to `listDevices`. */
  add(descriptions: readonly XmlRpcStruct[]): void {
    for (const { ["ADDRESS"]: address } of descriptions) {
      if (typeof address !== "string" || address === "" || address.includes(":")) continue;
      if (this.#addresses.size < MAX_DEVICES) this.#addresses.add(address);
    }
  }

  remove(addresses: readonly string[]): void {
    for (const address of addresses) this.#addresses.delete(address);
  }
}
