import type { Subscription } from "./base/subscription.ts";
import { callbackUrl, localAddressTowards } from "./ccu/callback-address.ts";
import type { CallbackEndpoint } from "./ccu/callback-methods.ts";
import type { CallbackServer } from "./ccu/callback-server.ts";
import type { CallbackRegistry } from "./central/interface-link.ts";

/** Gives each interface its path on the one callback server, and the address under which its CCU reaches it. */
export class CallbackGateway implements CallbackRegistry {
  readonly #server: CallbackServer;
  readonly #configuredHost: string;
  #foundHost = "";

  constructor({ server, configuredHost }: { server: CallbackServer; configuredHost: string }) {
    this.#server = server;
    this.#configuredHost = configuredHost;
  }

  register(path: string, endpoint: CallbackEndpoint): Subscription {
    return this.#server.register(path, endpoint);
  }

  /** The address given to CCUs: the configured one, else the one found last; empty before any was found. */
  get host(): string {
    return this.#configuredHost || this.#foundHost;
  }

  get port(): number {
    return this.#server.port;
  }

  counters(): Readonly<Record<string, number>> {
    return this.#server.statistics();
  }

  async urlFor(path: string, ccuHost: string): Promise<string> {
    if (this.#configuredHost === "") this.#foundHost = await localAddressTowards(ccuHost);
    return callbackUrl({ host: this.host, port: this.port, path });
  }
}
