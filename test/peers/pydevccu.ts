import { join } from "node:path";
import { z } from "zod";
import { freePort } from "./free-port.ts";
import { pythonOf, repositoryRoot } from "./paths.ts";
import { type PeerExit, PeerProcess } from "./process.ts";

const START_LIMIT_MS = 30_000;
const CALL_LIMIT_MS = 10_000;

/** Classic and IP devices of each kind: actuator, contact, thermostat, and the virtual remotes of the CCU. */
const DEVICES = ["HM-RCV-50", "HM-LC-Sw1-Pl", "HM-Sec-SC-2", "HM-CC-RT-DN", "HmIP-RCV-50", "HMIP-PSM", "HMIP-SWDO", "HmIP-eTRV-2"];

const Answer = z.object({ id: z.number(), result: z.unknown().optional(), error: z.string().optional() });
const Clients = z.array(z.string());
const Addresses = z.record(z.string(), z.string());

export interface PydevccuOptions {
  readonly port?: number;
  /** Device types that pydevccu knows. */
  readonly devices?: readonly string[];
}

/** An interface process of a CCU that others wrote: XML-RPC only, in Homegear's style. */
export class Pydevccu implements AsyncDisposable {
  readonly #devices: readonly string[];
  #port: number;
  #process: PeerProcess | undefined;
  #addresses: Readonly<Record<string, string>> = {};
  #lastId = 0;

  private constructor(port: number, devices: readonly string[]) {
    this.#port = port;
    this.#devices = devices;
  }

  static async start(options: PydevccuOptions = {}): Promise<Pydevccu> {
    const ccu = new Pydevccu(options.port ?? (await freePort()), options.devices ?? DEVICES);
    await ccu.start();
    return ccu;
  }

  get port(): number {
    return this.#port;
  }

  /** The device addresses by device type. */
  get addresses(): Readonly<Record<string, string>> {
    return this.#addresses;
  }

  get process(): PeerProcess {
    if (!this.#process) throw new Error("pydevccu is not running");
    return this.#process;
  }

  /** Resolves once the port answers. */
  async start(): Promise<void> {
    const script = join(repositoryRoot, "test", "peers", "pydevccu_server.py");
    const args = ["-u", script, String(this.#port), ...this.#devices];
    this.#process = PeerProcess.start({ name: "pydevccu", command: pythonOf("ha"), args });
    const ready = await this.#process.waitForLine(/^ready /, START_LIMIT_MS);
    this.#addresses = Addresses.parse(JSON.parse(ready.slice("ready ".length)));
  }

  async stop(): Promise<PeerExit> {
    return await this.process.stop();
  }

  async kill(): Promise<PeerExit> {
    return await this.process.kill();
  }

  /** Comes back without its callbacks, as a CCU after a reboot; on another port if one is given. */
  async restart(port: number = this.#port): Promise<void> {
    await this.stop();
    this.#port = port;
    await this.start();
  }

  suspend(): void {
    this.process.suspend();
  }

  resume(): void {
    this.process.resume();
  }

  /** Sends an XML-RPC call from pydevccu's own process, so that no code of ours takes part in it. */
  async call(method: string, params: readonly unknown[] = []): Promise<unknown> {
    const id = ++this.#lastId;
    this.process.writeLine(JSON.stringify({ id, method, params }));
    const line = await this.process.waitForLine(new RegExp(`^answer \\{"id": ${id}[,}]`), CALL_LIMIT_MS);
    const answer = Answer.parse(JSON.parse(line.slice("answer ".length)));
    if (answer.error !== undefined) throw new Error(`pydevccu: ${method}: ${answer.error}`);
    return answer.result;
  }

  /** Makes a device report a value: an event to every registered callback. */
  async report(address: string, parameter: string, value: boolean | number | string): Promise<void> {
    await this.call("setValue", [address, parameter, value, true]);
  }

  /** The ids of all who are registered for events. */
  async clients(): Promise<readonly string[]> {
    return Clients.parse(await this.call("clients"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process?.stop();
  }
}
