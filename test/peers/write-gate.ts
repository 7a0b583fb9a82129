import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { freePort } from "./free-port.ts";

interface WriteGateOptions {
  /** Its URL. */
  readonly store: string;
  readonly username: string;
  readonly password: string;
}

/** Stands before the store like the web server of docs/fleet.md: who knows the password of a site may write, and nothing else. */
export class WriteGate implements AsyncDisposable {
  readonly url: string;
  readonly #options: WriteGateOptions;
  readonly #server: Server;

  private constructor(port: number, options: WriteGateOptions) {
    this.url = `http://127.0.0.1:${port}`;
    this.#options = options;
    this.#server = createServer((asking, answer) => this.#pass(asking, answer)).listen(port, "127.0.0.1");
  }

  static async start(options: WriteGateOptions): Promise<WriteGate> {
    const gate = new WriteGate(await freePort(), options);
    await once(gate.#server, "listening");
    return gate;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  #pass(asking: IncomingMessage, answer: ServerResponse): void {
    const { store, username, password } = this.#options;
    const { url, method, headers } = asking;
    const known = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    if (headers.authorization !== known) return void answer.writeHead(401).end();
    if (url !== "/api/v1/write") return void answer.writeHead(404).end();
    const passed = request(`${store}${url}`, { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502);
      response.pipe(answer);
    });
    passed.on("error", () => answer.writeHead(502).end());
    asking.pipe(passed);
  }
}
