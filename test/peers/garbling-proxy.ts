import { once } from "node:events";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { freePort } from "./free-port.ts";

const HTML = "<!DOCTYPE html><html><body>It works!</body></html>";
const HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 500\r\nConnection: close\r\n\r\n";

export type GarbledAnswer = "whole" | "bytes" | "html" | "cutOff";

/** What is answered to a request in place of the CCU; `whole` lets the CCU itself answer. */
const ANSWERS: Readonly<Record<GarbledAnswer, Buffer | null>> = {
  whole: null,
  bytes: Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 7_919) % 256)),
  html: Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${HTML.length}\r\nConnection: close\r\n\r\n${HTML}`),
  cutOff: Buffer.from(`${HEAD}<?xml version="1.0"?><methodResponse><params><par`),
};

/** Stands between an add-on and a CCU, where something else may answer. */
export class GarblingProxy implements AsyncDisposable {
  readonly port: number;
  answer: GarbledAnswer = "whole";
  readonly #targetPort: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(targetPort: number, port: number) {
    this.#targetPort = targetPort;
    this.port = port;
    this.#server = createServer((client) => this.#relay(client));
  }

  static async start({ port: targetPort }: { port: number }): Promise<GarblingProxy> {
    const proxy = new GarblingProxy(targetPort, await freePort());
    proxy.#server.listen(proxy.port, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #relay(client: Socket): void {
    const ccu = createConnection({ host: "127.0.0.1", port: this.#targetPort });
    for (const [from, to] of [
      [client, ccu],
      [ccu, client],
    ] as const) {
      this.#sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
    ccu.pipe(client);
    client.on("data", (request) => {
      const garbled = ANSWERS[this.answer];
      if (garbled === null) ccu.write(request);
      // A request may come in parts.
      else if (!client.writableEnded) client.end(garbled);
    });
  }
}
