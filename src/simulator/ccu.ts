import { type Clock, systemClock } from "../base/clock.ts";
import { HomematicError } from "../base/errors.ts";
import { type Logger, silentLogger } from "../base/logger.ts";
import { type ServerCertificates, serverCertificates } from "./certificate.ts";
import { Credentials } from "./credentials.ts";
import type { SimulatedFaults } from "./faults.ts";
import type { SimulatedInterfaceName } from "./flavours.ts";
import { SimulatedInterface, type SimulatedInterfaceOptions } from "./interface.ts";
import { playScenario, type ScenarioStep } from "./scenario.ts";

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
  /** Takes encrypted connections only, with a certificate that it has signed itself. */
  readonly tls?: boolean;
  readonly interfaces?: readonly SimulatedInterfaceOptions[];
  /** Multiplies the periods in which devices report; 0.1 is ten times as lively as in a real house, 1e6 keeps them quiet. */
  readonly reportScale?: number;
}

const DEFAULT_INTERFACES: readonly SimulatedInterfaceOptions[] = [{ name: "BidCos-RF" }, { name: "HmIP-RF" }];

/** A CCU over real HTTP that treats its clients as the real processes do. It can be started once. */
export class SimulatedCcu implements AsyncDisposable {
  readonly interfaces: readonly SimulatedInterface[];
  readonly #credentials: Credentials;
  readonly #certificates: ServerCertificates | null;
  readonly #clock: Clock;
  readonly #lifetime = new AbortController();
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
    tls = false,
    interfaces = DEFAULT_INTERFACES,
    reportScale = 1,
  }: SimulatedCcuOptions = {}) {
    const credentials = new Credentials({ username, password, clock });
    const certificates = tls ? serverCertificates(serial) : null;
    this.#credentials = credentials;
    this.#certificates = certificates;
    this.#clock = clock;
    this.interfaces = interfaces.map(
      (options, index) =>
        new SimulatedInterface({ ...options, host, serial, credentials, certificates, seed: seed + index, reportScale, clock, logger }),
    );
  }

  /** What whoever calls has to trust, in PEM; null without encryption. */
  get certificate(): string | null {
    return this.#certificates?.own.cert ?? null;
  }

  /** Changes switches of every interface. */
  async set(switches: Partial<SimulatedFaults>): Promise<void> {
    await Promise.all(this.interfaces.map((each) => each.set(switches)));
  }

  /** Plays a scenario by the clock of the CCU. Resolves after the last step or when the signal or the CCU ends it; rejects if a step fails. */
  play(steps: readonly ScenarioStep[], signal?: AbortSignal): Promise<void> {
    const lifetime = this.#lifetime.signal;
    return playScenario({
      stage: this,
      steps,
      clock: this.#clock,
      signal: signal === undefined ? lifetime : AbortSignal.any([signal, lifetime]),
    });
  }

  /** The old one is good for up to 10 min more where it was used before. */
  changePassword(password: string): void {
    this.#credentials.changePassword(password);
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
    this.#lifetime.abort();
    await Promise.all(this.interfaces.map((each) => each.stop()));
  }
}
