import { type Clock, systemClock } from "../base/clock.ts";
import { HomematicError } from "../base/errors.ts";
import { type Logger, silentLogger } from "../base/logger.ts";
import type { SimulatedInterfaceName } from "./flavours.ts";
import { SimulatedInterface, type SimulatedInterfaceOptions } from "./interface.ts";

export interface SimulatedCcuOptions {
  /** Drives reports, time limits and late PONGs; sockets are real. */
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** The same seed gives the same values in the same rhythm. */
  readonly seed?: number;
  readonly host?: string;
  /** Number of the radio module. */
  readonly serial?: string;
  /** Asks every caller for name and password unless empty. */
  readonly username?: string;
  readonly password?: string;
  readonly interfaces?: readonly SimulatedInterfaceOptions[];
  /** Multiplies the periods in which devices report; 0.1 is ten times as lively as in a real house, 1e6 keeps them quiet. */
  readonly reportScale?: number;
}

const DEFAULT_INTERFACES: readonly SimulatedInterfaceOptions[] = [{ name: "BidCos-RF" }, { name: "HmIP-RF" }];

/** A CCU over real HTTP that treats its clients as the real processes do. It can be started once. */
export class SimulatedCcu implements AsyncDisposable {
  readonly interfaces: readonly SimulatedInterface[];
  #started: Promise<void> | null = null;
  #stopped: Promise<void> | null = null;

  constructor({
    clock = systemClock,
    logger = silentLogger,
    seed = 1,
    host = "127.0.0.1",
    serial = "SIM0000001",
    username = "",
    password = "",
    interfaces = DEFAULT_INTERFACES,
    reportScale = 1,
  }: SimulatedCcuOptions = {}) {
    const authorization = username === "" ? null : `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    this.interfaces = interfaces.map(
      (options, index) =>
        new SimulatedInterface({ ...options, host, serial, authorization, seed: seed + index, reportScale, clock, logger }),
    );
  }

  /** Throws CONFIG_INVALID for one that this CCU does not have. */
  interface(name: SimulatedInterfaceName): SimulatedInterface {
    const found = this.interfaces.find((candidate) => candidate.name === name);
    if (found === undefined) throw new HomematicError({ code: "CONFIG_INVALID", message: `The simulated CCU has no ${name}` });
    return found;
  }

  /** Resolves when every interface takes calls; on failure nothing stays open. */
  start(signal?: AbortSignal): Promise<void> {
    this.#started ??= this.#open(signal);
    return this.#started;
  }

  /** Resolves when every socket and timer is gone. */
  stop(): Promise<void> {
    this.#stopped ??= this.#close();
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #open(signal: AbortSignal | undefined): Promise<void> {
    try {
      for (const each of this.interfaces) {
        signal?.throwIfAborted();
        await each.start();
      }
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async #close(): Promise<void> {
    await Promise.all(this.interfaces.map((each) => each.stop()));
  }
}
