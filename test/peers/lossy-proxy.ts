import { once } from "node:events";
import { WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import { freePort } from "./free-port.ts";

const Command = z.looseObject({ id: z.number(), type: z.string() });

/** Stands between an add-on and Home Assistant, and can swallow a command so that only the add-on believes it was carried out. */
export class LossyProxy implements AsyncDisposable {
  readonly url: string;
  readonly #target: string;
  readonly #server: WebSocketServer;
  #syncs = 0;
  #gaps = 0;
  #swallow: { readonly metric: string; readonly done: () => void } | null = null;

  private constructor(target: string, port: number) {
    this.#target = `${target.replace("http", "ws")}/api/websocket`;
    this.url = `http://127.0.0.1:${port}`;
    this.#server = new WebSocketServer({ host: "127.0.0.1", port });
  }

  static async start({ url }: { url: string }): Promise<LossyProxy> {
    const proxy = new LossyProxy(url, await freePort());
    proxy.#server.on("connection", (client) => proxy.#relay(client));
    await once(proxy.#server, "listening");
    return proxy;
  }

  /** How many syncs were sent so far. */
  get syncs(): number {
    return this.#syncs;
  }

  /** How many updates Home Assistant refused because one before them is missing. */
  get gaps(): number {
    return this.#gaps;
  }

  /** Resolves once an update that carries this metric was swallowed. */
  async swallowUpdateOf(metric: string): Promise<void> {
    const swallowed = Promise.withResolvers<void>();
    this.#swallow = { metric: `"${metric}":`, done: swallowed.resolve };
    await swallowed.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
    await once(this.#server, "close");
  }

  #relay(client: WebSocket): void {
    const core = new WebSocket(this.#target);
    const opened = once(core, "open");
    // Home Assistant may never answer, and nobody wait for it.
    opened.catch(() => {});
    for (const [from, to] of [
      [client, core],
      [core, client],
    ] as const) {
      from.on("error", () => from.terminate());
      from.on("close", () => to.terminate());
    }
    core.on("message", (data) => {
      const text = String(data);
      if (text.includes('"resync_required"')) this.#gaps += 1;
      client.send(text);
    });
    client.on("message", async (data) => {
      const text = String(data);
      const answer = this.#answerTo(text);
      if (answer !== null) client.send(answer);
      else {
        await opened;
        core.send(text);
      }
    });
  }

  /** The answer in Home Assistant's place, or null for a command that has to reach it. */
  #answerTo(text: string): string | null {
    const { data: command } = Command.safeParse(JSON.parse(text));
    if (command?.type === "homematic_vitals/sync") this.#syncs += 1;
    if (command?.type !== "homematic_vitals/update" || this.#swallow === null || !text.includes(this.#swallow.metric)) return null;
    this.#swallow.done();
    this.#swallow = null;
    return JSON.stringify({ id: command.id, type: "result", success: true, result: { unknown_metrics: [] } });
  }
}
