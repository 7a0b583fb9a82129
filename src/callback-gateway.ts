import type { Subscription } from "./base/subscription.ts";
import { callbackUrl, localAddressTowards } from "./ccu/callback-address.ts";
import type { CallbackEndpoint } from "./ccu/callback-methods.ts";
import type { CallbackServer } from "./ccu/callback-server.ts";
import type { CallbackRegistry } from "./central/interface-link.ts";

/** The address of this machine as the CCU there reaches it; asked for each registration, since addresses change. */
export type FindHost = (ccuHost: string) => Promise<string>;

/** Gives each interface its path on the one callback server, and the address under which its CCU reaches it. */
export class CallbackGateway implements CallbackRegistry {
  readonly #server: CallbackServer;
  readonly #configuredHost: string;
  readonly #findHost: FindHost;
  #foundHost = "";

  constructor({
    server,
    configuredHost,
    findHost = localAddressTowards,
  }: {
    server: CallbackServer;
    configuredHost: string;
    findHost?: FindHost;
  }) {
    this.#server = server;
    this.#configuredHost = configuredHost;
    this.#findHost = findHost;
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
    if (this.#configuredHost === "") this.#foundHost = await this.#findHost(ccuHost);
    return callbackUrl({ host: this.host, port: this.port, path });
  }
}
