import { randomUUID } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import { isAbort } from "../base/errors.ts";
import { XmlRpcClient } from "../xmlrpc/client.ts";
import type { CallbackServer } from "./callback-server.ts";

/** Ourselves are a network stack away, or two. */
const TIMEOUT_MS = 3_000;

/** Calls ourselves through an advertised address, on a path that nobody else knows: what answers with the right word is us. */
export class CallbackProbe {
  readonly #server: Pick<CallbackServer, "register">;
  readonly #clock: Clock;
  readonly #path = `/probe/${randomUUID()}`;
  readonly #word = randomUUID();

  constructor({ server, clock }: { server: Pick<CallbackServer, "register">; clock: Clock }) {
    this.#server = server;
    this.#clock = clock;
  }

  /** @throws HomematicError ABORTED. */
  async reachesUs({ host, port, signal }: { host: string; port: number; signal: AbortSignal }): Promise<boolean> {
    // The same path each time, which the server keeps until it ends: probes of several interfaces run at once.
    this.#server.register(this.#path, { handle: () => this.#word });
    using client = new XmlRpcClient({ host, port, path: this.#path, clock: this.#clock });
    try {
      return (await client.call("probe", [], { signal, timeoutMs: TIMEOUT_MS })) === this.#word;
    } catch (error) {
      if (isAbort(error)) throw error;
      return false;
    }
  }
}
