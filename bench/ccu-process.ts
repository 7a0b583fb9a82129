import { fileURLToPath } from "node:url";
import type { InterfaceName } from "../src/config.ts";
import { freePort } from "../test/peers/free-port.ts";
import { pythonOf } from "../test/peers/paths.ts";
import { PeerProcess } from "../test/peers/process.ts";

const START_LIMIT_MS = 30_000;

type Command = readonly [program: string, ...args: string[]];

/** A CCU as a process that can be killed, started again on its ports, and frozen. */
export class CcuProcess implements AsyncDisposable {
  readonly interfaceName: InterfaceName;
  readonly port: number;
  /** Where it also takes JSON-RPC, as aiohomematic needs it. */
  readonly jsonPort: number | null;
  readonly #command: Command;
  #process: PeerProcess | undefined;

  private constructor(parts: { interfaceName: InterfaceName; port: number; jsonPort?: number; command: Command }) {
    this.interfaceName = parts.interfaceName;
    this.port = parts.port;
    this.jsonPort = parts.jsonPort ?? null;
    this.#command = parts.command;
  }

  /** With a steady load of device events where one is wanted. */
  static async simulated({ eventsPerSecond = 0 }: { eventsPerSecond?: number } = {}): Promise<CcuProcess> {
    const port = await freePort();
    const script = scriptBeside("simulated-ccu-process.ts");
    return new CcuProcess({
      interfaceName: "HmIP-RF",
      port,
      command: [process.execPath, script, `HmIP-RF=${port}`, "--events-per-second", String(eventsPerSecond)],
    });
  }

  /** pydevccu in the style of OpenCCU. */
  static async openCcu(): Promise<CcuProcess> {
    const [port, jsonPort] = [await freePort(), await freePort()] as const;
    return new CcuProcess({
      interfaceName: "BidCos-RF",
      port,
      jsonPort,
      command: [pythonOf("ha"), scriptBeside("virtual_ccu.py"), String(port), String(jsonPort)],
    });
  }

  /** Resolves once it takes calls. */
  async start(): Promise<void> {
    const [command, ...args] = this.#command;
    this.#process = PeerProcess.start({ name: "CCU", command, args });
    await this.#process.waitForLine(/^ready/, START_LIMIT_MS);
  }

  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  suspend(): void {
    this.#process?.suspend();
  }

  resume(): void {
    this.#process?.resume();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

function scriptBeside(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
