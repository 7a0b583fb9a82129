import { request as httpRequest, type IncomingMessage } from "node:http";
import { WebSocket } from "ws";
import { z } from "zod";

const CoreConfig = z.object({ state: z.string(), version: z.string() });
const REQUEST_LIMIT_MS = 10_000;

/** How Core is reached: by its socket, which needs no token, or as any client. */
export type CoreAddress = { readonly socketPath: string } | { readonly url: string; readonly token: string };

/** What the Supervisor knows of Core, and how it speaks to it. */
export class Core {
  readonly #address: CoreAddress;

  constructor(address: CoreAddress) {
    this.#address = address;
  }

  /** The version, or null unless Core is running. */
  async runningVersion(): Promise<string | null> {
    try {
      const { status, body } = await this.send("GET", "/api/config");
      const { state, version } = CoreConfig.parse(status === 200 ? JSON.parse(body) : null);
      return state === "RUNNING" ? version : null;
    } catch {
      return null;
    }
  }

  /** A request whose answer is small. */
  async send(
    method: string,
    path: string,
    body?: string,
  ): Promise<{ readonly status: number; readonly type: string; readonly body: string }> {
    const { promise: answered, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const request = this.#request(method, path);
    // Node.js leaves it out of a DELETE, and then nobody reads the body.
    if (body !== undefined) request.setHeader("content-length", Buffer.byteLength(body));
    request.on("error", reject).on("response", resolve).end(body);
    const response = await answered;
    response.setEncoding("utf8");
    let text = "";
    for await (const part of response) text += part;
    return { status: response.statusCode ?? 502, type: response.headers["content-type"] ?? "", body: text };
  }

  /** A WebSocket that has yet to be authenticated; `token` is null where none is asked for. */
  connect(): { readonly socket: WebSocket; readonly token: string | null } {
    const address = this.#address;
    return "socketPath" in address
      ? { socket: new WebSocket(`ws+unix://${address.socketPath}:/api/websocket`), token: null }
      : { socket: new WebSocket(`${address.url.replace("http", "ws")}/api/websocket`), token: address.token };
  }

  #request(method: string, path: string): ReturnType<typeof httpRequest> {
    const address = this.#address;
    const headers = { "content-type": "application/json" };
    const common = { method, timeout: REQUEST_LIMIT_MS };
    if ("socketPath" in address) return httpRequest({ ...common, socketPath: address.socketPath, path, headers });
    return httpRequest(`${address.url}${path}`, { ...common, headers: { ...headers, authorization: `Bearer ${address.token}` } });
  }
}
