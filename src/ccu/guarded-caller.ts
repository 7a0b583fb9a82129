import type { Clock } from "../base/clock.ts";
import { HomematicError, isAbort, isHomematicError } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import type { XmlRpcValue } from "../xmlrpc/values.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";

/** What the calls to an interface process need of the wire. */
export interface RpcCaller {
  call(methodName: string, params: readonly XmlRpcValue[], options: { signal: AbortSignal; timeoutMs: number }): Promise<XmlRpcValue>;
}

/** Told what becomes of each call; must return at once. */
export interface CallListener {
  commandAnswered(call: { methodName: string; durationMs: number }): void;
  commandFailed(call: { methodName: string; error: HomematicError; timeoutMs: number }): void;
}

/** Calls an interface process unless it is known to be down, and tells what became of each call. Nothing is tried twice. */
export class GuardedCaller {
  readonly #caller: RpcCaller;
  readonly #listener: CallListener;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #breaker: CircuitBreaker;

  constructor({
    caller,
    listener,
    logger,
    clock,
    timeoutMs,
  }: {
    caller: RpcCaller;
    listener: CallListener;
    logger: Logger;
    clock: Clock;
    timeoutMs: number;
  }) {
    this.#caller = caller;
    this.#listener = listener;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#breaker = new CircuitBreaker({ clock, onChange: (state) => logger.debug(`circuit breaker ${state}`) });
  }

  /** Lets the next call through although the last ones failed. */
  probe(): void {
    this.#breaker.probe();
  }

  /** A call whose failure proves nothing: it neither counts nor is told. */
  async ask(methodName: string, { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number }): Promise<XmlRpcValue> {
    const startedAtMs = this.#clock.monotonicMs();
    const value = await this.#caller.call(methodName, [], { signal, timeoutMs });
    this.#listener.commandAnswered({ methodName, durationMs: this.#clock.monotonicMs() - startedAtMs });
    return value;
  }

  /** A call that times out counts as answered by an empty string when `provedOtherwise` says so. */
  async call(
    methodName: string,
    params: readonly XmlRpcValue[],
    signal: AbortSignal,
    provedOtherwise = (): boolean => false,
  ): Promise<XmlRpcValue> {
    const admission = this.#breaker.admit();
    if (admission.kind === "rejected") throw new HomematicError({ code: "CALL_REJECTED", message: `Not sent because ${admission.reason}` });
    const timeoutMs = this.#timeoutMs;
    const startedAtMs = this.#clock.monotonicMs();
    const answered = (): void => {
      this.#breaker.succeeded();
      this.#listener.commandAnswered({ methodName, durationMs: this.#clock.monotonicMs() - startedAtMs });
    };
    try {
      const value = await this.#caller.call(methodName, params, { signal, timeoutMs });
      answered();
      return value;
    } catch (error) {
      if (signal.aborted || isAbort(error)) throw error;
      if (isHomematicError(error, "TIMEOUT") && provedOtherwise()) {
        answered();
        return "";
      }
      if (isHomematicError(error, "RPC_FAULT")) {
        // A fault is an answer: the process is there and understood us.
        answered();
      } else if (isHomematicError(error)) {
        this.#breaker.failed(error.message);
        this.#listener.commandFailed({ methodName, error, timeoutMs });
      }
      throw error;
    }
  }
}
