import { errorMessage, isHomematicError } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import type { XmlRpcValue } from "../xmlrpc/values.ts";
import type { Capabilities } from "./capabilities.ts";
import type { GuardedCaller, RpcCaller } from "./guarded-caller.ts";

/** What an interface process knows of us: makes the registration, and takes back whatever of it may be left. */
export class Registration {
  readonly #calls: GuardedCaller;
  readonly #interfaceId: string;
  #calledBack = false;
  /** What takes our registration back; set as soon as the CCU may know us. */
  #leaving: readonly XmlRpcValue[] | undefined;
  /** The URL that was taken back last, with nothing registered since. */
  #left: XmlRpcValue | undefined;

  constructor({ calls, interfaceId }: { calls: GuardedCaller; interfaceId: string }) {
    this.#calls = calls;
    this.#interfaceId = interfaceId;
  }

  /** Whether the CCU has called since it was told our address. */
  get calledBack(): boolean {
    return this.#calledBack;
  }

  /** Whether the CCU may know us. */
  get isKnown(): boolean {
    return this.#leaving !== undefined;
  }

  callbackReceived(): void {
    this.#calledBack = true;
  }

  /** Rejects when it is refused, or not answered although nothing was called back either. */
  async make({
    url,
    capabilities,
    signal,
    onSending,
  }: {
    url: string;
    capabilities: Capabilities;
    signal: AbortSignal;
    onSending: () => void;
  }): Promise<void> {
    // An address that is no longer ours would be called for ever.
    if (this.#leaving?.[0] !== url) await this.takeBack(signal);
    // Homegear-style backends end a registration when the id is left out, a CCU when it is empty.
    const leaving = capabilities.registrationQuery ? [url] : [url, ""];
    // A CCU keys its clients by URL and keeps the old id unless the old registration is taken back first.
    if (this.#left !== url) await this.#leave(leaving, signal);
    this.#calledBack = false;
    this.#leaving = leaving;
    this.#left = undefined;
    onSending();
    // VirtualDevices may never answer `init` although it took us; a callback in the meantime proves that it did.
    await this.#calls.call("init", [url, this.#interfaceId], signal, () => this.#calledBack);
  }

  /** Asks an interface that can be asked whether it still knows us. */
  async isRemembered(signal: AbortSignal): Promise<boolean> {
    return (await this.#calls.call("clientServerInitialized", [this.#interfaceId], signal)) === true;
  }

  /** Nothing is left when it resolves. */
  async takeBack(signal: AbortSignal): Promise<void> {
    if (this.#leaving === undefined) return;
    await this.#leave(this.#leaving, signal);
    this.#left = this.#leaving[0];
    this.#leaving = undefined;
  }

  /** Takes back what is left, for the last time: whatever the CCU does, it resolves within the time. */
  async end({ caller, timeoutMs, logger }: { caller: RpcCaller; timeoutMs: number; logger: Logger }): Promise<void> {
    const leaving = this.#leaving;
    if (leaving === undefined) return;
    this.#leaving = undefined;
    try {
      await caller.call("init", leaving, { signal: new AbortController().signal, timeoutMs });
    } catch (error) {
      logger.debug(`the registration could not be taken back: ${errorMessage(error)}`);
    }
  }

  /** A fault is as good as an answer: there was nothing to take back. */
  async #leave(params: readonly XmlRpcValue[], signal: AbortSignal): Promise<void> {
    try {
      await this.#calls.call("init", params, signal);
    } catch (error) {
      if (!isHomematicError(error, "RPC_FAULT")) throw error;
    }
  }
}
