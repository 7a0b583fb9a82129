import { CallbackGateway } from "../../../src/callback-gateway.ts";
import { CallbackServer } from "../../../src/ccu/callback-server.ts";
import { INTERFACE_KINDS } from "../../../src/ccu/interface-kinds.ts";
import type { InterfaceName } from "../../../src/config.ts";
import { CallWitness } from "../../../src/doctor/call-witness.ts";
import { examine } from "../../../src/doctor/examination.ts";
import type { Findings } from "../../../src/doctor/findings.ts";
import { type DoctorEnvironment, parseRequest } from "../../../src/doctor/request.ts";
import { SimulatedCcu, type SimulatedCcuOptions, type SimulatedFaults } from "../../../src/simulator/index.ts";
import { XmlRpcClient } from "../../../src/xmlrpc/client.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { Traffic } from "../app/traffic.ts";
import { RecordingLogger } from "../ccu/recording-logger.ts";

const HOST = "127.0.0.1";
const STEP_MS = 100;

export interface Examined {
  readonly findings: Findings;
  /** What was said meanwhile. */
  readonly said: readonly string[];
  readonly tookMs: number;
}

/** A simulated CCU that is examined on a clock which runs as fast as the sockets allow. */
export class Patient implements AsyncDisposable {
  readonly clock: ManualClock = new ManualClock();
  readonly ccu: SimulatedCcu;
  readonly #traffic = new Traffic();

  private constructor(options: SimulatedCcuOptions) {
    this.ccu = new SimulatedCcu({ clock: this.clock, reportScale: 1e6, ...options });
  }

  static async admit(interfaces: readonly InterfaceName[], options: SimulatedCcuOptions = {}): Promise<Patient> {
    const patient = new Patient({ interfaces: interfaces.map((name) => ({ name })), ...options });
    await patient.ccu.start();
    return patient;
  }

  async set(faults: Partial<SimulatedFaults>): Promise<void> {
    await Promise.all(this.ccu.interfaces.map((each) => each.set(faults)));
  }

  /** How many registrations there are at each interface. */
  get registrations(): readonly number[] {
    return this.ccu.interfaces.map(({ clients }) => clients.length);
  }

  /** Examines it with these options of the command line; `meanwhile` is done each tenth of a second. */
  async examine(
    args: readonly string[] = [],
    { meanwhile = () => {}, env = {}, signal = new AbortController().signal }: ExamineOptions = {},
  ): Promise<Examined> {
    const { clock, ccu } = this;
    const logger = new RecordingLogger();
    const request = parseRequest(["--host", HOST, ...args], env);
    if ("print" in request) throw new Error("asked for something to print");
    const { username, password, tls, verify_tls: verifyTls } = request.ccu;
    await using server = new CallbackServer({ host: HOST, port: 0, clock, logger });
    await server.start(signal);
    const gateway = new CallbackGateway({ server, configuredHost: request.callback.host, clock, logger });
    const said: string[] = [];
    const startMs = clock.monotonicMs();
    const findings = await this.#finish(
      examine({
        request,
        witness: new CallWitness(),
        callerFactory: ({ name }) => {
          const port = ccu.interfaces.find((each) => each.name === name)?.port ?? 1;
          const { path } = INTERFACE_KINDS[name];
          return this.#traffic.caller(new XmlRpcClient({ host: HOST, port, path, tls, verifyTls, username, password, clock }));
        },
        gateway: {
          ...this.#traffic.registry(gateway),
          warning: (ccuHost) => gateway.warning(ccuHost),
        },
        clock,
        logger,
        signal,
        say: ({ en }) => void said.push(en),
      }),
      meanwhile,
    );
    return { findings, said, tookMs: clock.monotonicMs() - startMs };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.ccu.stop();
  }

  async #finish<T>(work: Promise<T>, meanwhile: () => void): Promise<T> {
    let done = false;
    const settled = work.finally(() => {
      done = true;
    });
    // Whoever is told of its failure is told below.
    settled.catch(() => {});
    while (!done) {
      await this.#traffic.arrive();
      meanwhile();
      if (!done) this.clock.advance(STEP_MS);
    }
    return settled;
  }
}

export interface ExamineOptions {
  readonly meanwhile?: () => void;
  readonly env?: DoctorEnvironment;
  readonly signal?: AbortSignal;
}
