import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import type { HomeAssistant } from "./home-assistant.ts";
import { type PeerExit, PeerProcess } from "./process.ts";

const START_LIMIT_MS = 10_000;

/** An MQTT broker. It keeps retained messages in memory only: whoever connects after a restart finds nothing. */
export class Mosquitto implements AsyncDisposable {
  readonly port: number;
  readonly #directory: string;
  readonly #bridge: string;
  #process: PeerProcess | undefined;

  private constructor({ port, directory, bridge }: { port: number; directory: string; bridge: string }) {
    this.port = port;
    this.#directory = directory;
    this.#bridge = bridge;
  }

  /** `bridge`: the lines of its configuration that connect it to another broker. */
  static async start({ bridge = "" }: { bridge?: string } = {}): Promise<Mosquitto> {
    const broker = new Mosquitto({ port: await freePort(), directory: await mkdtemp(join(tmpdir(), "mosquitto-")), bridge });
    await broker.start();
    return broker;
  }

  async start(): Promise<void> {
    const file = join(this.#directory, "mosquitto.conf");
    await writeFile(file, `listener ${this.port} 127.0.0.1\nallow_anonymous true\npersistence false\n${this.#bridge}`);
    // Debian keeps it where only root looks for programs.
    const env = { PATH: `${process.env["PATH"]}:/usr/sbin` };
    this.#process = PeerProcess.start({ name: "mosquitto", command: "mosquitto", args: ["-c", file], env });
    await this.#process.waitForLine(/mosquitto version .* running/, START_LIMIT_MS);
  }

  async stop(): Promise<PeerExit | undefined> {
    return await this.#process?.stop();
  }

  /** Adds Home Assistant's own MQTT integration for this broker, as a user does. */
  async addTo(homeAssistant: HomeAssistant): Promise<string> {
    const other = { set_client_cert: false, set_ca_cert: "off", transport: "tcp" };
    const { entryId } = await homeAssistant.addConfigEntry("mqtt", [
      { broker: "127.0.0.1", port: this.port, protocol: "5", other_settings: other },
    ]);
    return entryId;
  }

  /** By a command that somebody else has written down for the machine of the broker. */
  async run(command: string): Promise<PeerExit> {
    const [program = "", ...args] = command.split(" ");
    await using publisher = PeerProcess.start({
      name: program,
      command: program,
      args: ["-h", "127.0.0.1", "-p", String(this.port), ...args],
    });
    return await publisher.exited;
  }

  /** What the broker keeps for those who come later, by topic. */
  async retained(): Promise<ReadonlyMap<string, string>> {
    const args = ["-h", "127.0.0.1", "-p", String(this.port), "-t", "#", "-F", "%r %t %p", "-W", "1"];
    await using subscriber = PeerProcess.start({ name: "mosquitto_sub", command: "mosquitto_sub", args });
    await subscriber.exited;
    const lines = subscriber.output.split("\n").filter((line) => line.startsWith("1 "));
    return new Map(lines.map((line) => [line.split(" ")[1] ?? "", line.split(" ").slice(2).join(" ")]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
