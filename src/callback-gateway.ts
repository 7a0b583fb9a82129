import type { Clock } from "./base/clock.ts";
import { HomematicError } from "./base/errors.ts";
import type { LocalText } from "./base/local-text.ts";
import type { Logger } from "./base/logger.ts";
import type { Subscription } from "./base/subscription.ts";
import { callbackUrl, localAddressTowards } from "./ccu/callback-address.ts";
import type { CallbackEndpoint } from "./ccu/callback-methods.ts";
import { CallbackPreflight } from "./ccu/callback-preflight.ts";
import { CallbackProbe } from "./ccu/callback-probe.ts";
import type { CallbackServer } from "./ccu/callback-server.ts";
import type { CallbackRegistry } from "./central/link-ports.ts";
import { metricKey } from "./metrics/keys.ts";

/** The address of this machine as the CCU there reaches it; asked for each registration, since addresses change. */
export type FindHost = (ccuHost: string, signal: AbortSignal) => Promise<string>;

/** The port under which a CCU reaches the port that is listened on. */
export type FindPort = (port: number) => Promise<number>;

/** The one server that CCUs call. */
type Server = Pick<CallbackServer, "register" | "port" | "statistics">;

/** Gives each interface its path on the one callback server, and the checked address under which its CCU reaches it. */
export class CallbackGateway implements CallbackRegistry {
  readonly #server: Server;
  readonly #configuredHost: string;
  readonly #findHost: FindHost;
  readonly #findPort: FindPort;
  readonly #preflight: Pick<CallbackPreflight, "check">;
  readonly #logger: Logger;
  /** What may be wrong with the address last given to each CCU. */
  readonly #warnings = new Map<string, LocalText | null>();
  #foundHost = "";
  #foundPort: number | null = null;

  constructor(parts: {
    server: Server;
    configuredHost: string;
    findHost?: FindHost;
    findPort?: FindPort;
    preflight?: Pick<CallbackPreflight, "check">;
    clock: Clock;
    logger: Logger;
  }) {
    const { server, clock } = parts;
    const probe = new CallbackProbe({ server, clock });
    this.#server = server;
    this.#configuredHost = parts.configuredHost;
    this.#findHost = parts.findHost ?? localAddressTowards;
    this.#findPort = parts.findPort ?? (async (port) => port);
    this.#preflight =
      parts.preflight ?? new CallbackPreflight({ reachesUs: (host, signal) => probe.reachesUs({ host, port: this.port, signal }) });
    this.#logger = parts.logger;
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

  /** What may be wrong with the address that the CCU at `ccuHost` was given last; `null`: nothing, or it was given none. */
  warning(ccuHost: string): LocalText | null {
    return this.#warnings.get(ccuHost) ?? null;
  }

  /** By metric key. */
  counters(): Readonly<Record<string, number>> {
    return Object.fromEntries(Object.entries(this.#server.statistics()).map(([name, count]) => [metricKey("callback", "", name), count]));
  }

  async urlFor(path: string, ccuHost: string, signal: AbortSignal): Promise<string> {
    if (signal.aborted) throw new HomematicError({ code: "ABORTED", cause: signal.reason });
    const host = this.#configuredHost || (await this.#findHost(ccuHost, signal));
    this.#foundHost = host;
    this.#foundPort = await this.#findPort(this.#server.port);
    const warning = await this.#preflight.check({ host, ccuHost, signal });
    if (warning !== null && warning.en !== this.#warnings.get(ccuHost)?.en)
      this.#logger.warn(`${warning.en}. If no events arrive, set callback.host to the address of this machine in your network`);
    this.#warnings.set(ccuHost, warning);
    return callbackUrl({ host, port: this.port, path });
  }
}
