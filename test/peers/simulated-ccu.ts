import { fileURLToPath } from "node:url";
import { freePort } from "./free-port.ts";
import { PeerProcess } from "./process.ts";

const START_LIMIT_MS = 30_000;
const SCRIPT = fileURLToPath(new URL("simulated-ccu-process.ts", import.meta.url));
const NAMES = ["BidCos-RF", "HmIP-RF"] as const;

export type SimulatedInterfaceName = (typeof NAMES)[number];

export interface SimulatedCcuOptions {
  /** No two CCUs of one add-on may have the same. */
  readonly serial: string;
  /** An address of the loopback; 127.0.0.1 unless stated. */
  readonly host?: string;
  /** Multiplies the periods in which the devices report. */
  readonly reportScale?: number;
  /** On top of what the devices report. */
  readonly eventsPerSecond?: number;
}

/** Our simulated CCU with two interfaces, as a process of its own. */
export class SimulatedCcu implements AsyncDisposable {
  readonly #host: string;
  readonly #ports: ReadonlyMap<SimulatedInterfaceName, number>;
  readonly #process: PeerProcess;

  private constructor(host: string, ports: ReadonlyMap<SimulatedInterfaceName, number>, process: PeerProcess) {
    this.#host = host;
    this.#ports = ports;
    this.#process = process;
  }

  static async start({ serial, host = "127.0.0.1", reportScale = 1, eventsPerSecond = 0 }: SimulatedCcuOptions): Promise<SimulatedCcu> {
    const ports = new Map<SimulatedInterfaceName, number>();
    for (const name of NAMES) ports.set(name, await freePort());
    const interfaces = [...ports].map(([name, port]) => ({ name, port }));
    const args = [SCRIPT, JSON.stringify({ serial, host, reportScale, interfaces })];
    const ccu = new SimulatedCcu(host, ports, PeerProcess.start({ name: "simulated CCU", command: process.execPath, args }));
    await ccu.#process.waitForLine(/^ready/, START_LIMIT_MS);
    ccu.#take({ set: { eventsPerSecond: eventsPerSecond / NAMES.length } });
    return ccu;
  }

  /** As an entry of the add-on's option `ccus`. */
  options(name: string, interfaces: readonly SimulatedInterfaceName[] = NAMES): object {
    return { name, host: this.#host, interfaces: interfaces.map((each) => ({ name: each, port: this.#ports.get(each) })) };
  }

  /** The interface process is gone, and its clients are forgotten. */
  lose(name: SimulatedInterfaceName): void {
    this.#take({ interface: name, set: { mode: "refuse" }, action: { name: "dropClients" } });
  }

  bringBack(name: SimulatedInterfaceName): void {
    this.#take({ interface: name, set: { mode: "normal" } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }

  /** A step of a scenario as docs/simulator.md describes it. */
  #take(step: object): void {
    this.#process.writeLine(JSON.stringify(step));
  }
}
