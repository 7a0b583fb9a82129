import type { Subscription } from "./base/subscription.ts";
import { callbackUrl, localAddressTowards } from "./ccu/callback-address.ts";
import type { CallbackEndpoint } from "./ccu/callback-methods.ts";
import type { CallbackServer } from "./ccu/callback-server.ts";
import type { CallbackRegistry } from "./central/interface-link.ts";

/** The address of this machine as the CCU there reaches it; asked for each registration, since addresses change. */
export type FindHost = (ccuHost: string) => Promise<string>;

/** The port under which a CCU reaches the port that is listened on. */
export type FindPort = (port: number) => Promise<number>;

/** Gives each interface its path on the one callback server, and the address under which its CCU reaches it. */
export class CallbackGateway implements CallbackRegistry {
  readonly #server: CallbackServer;
  readonly #configuredHost: string;
  readonly #findHost: FindHost;
  readonly #findPort: FindPort;
  #foundHost = "";
  #foundPort: number | null = null;

  constructor({
    server,
    configuredHost,
    findHost = localAddressTowards,
    findPort = async (port) => port,
  }: {
    server: CallbackServer;
    configuredHost: string;
    findHost?: FindHost;
    findPort?: FindPort;
  }) {
    this.#server = server;
    this.#configuredHost = configuredHost;
    this.#findHost = findHost;
    this.#findPort = findPort;
  }

  register(path: string, endpoint: CallbackEndpoint): Subscription {
    return this.#server.register(path, endpoint);
  }

  /** The address given to CCUs: the configured one, else the one found last; empty before any was found. */
  get host(): string {
    return this.#configuredHost || this.#foundHost;
  }

  /** The port given to CCUs. */
  get port(): number {
    return this.#foundPort ?? this.#server.port;
  }

  counters(): Readonly<Record<string, number>> {
    return this.#server.statistics();
  }

  async urlFor(path: string, ccuHost: string): Promise<string> {
    if (this.#configuredHost === "") this.#foundHost = await this.#findHost(ccuHost);
    this.#foundPort = await this.#findPort(this.#server.port);
    return callbackUrl({ host: this.host, port: this.port, path });
  }
}
