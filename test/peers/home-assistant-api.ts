import { WebSocket } from "ws";
import { z } from "zod";

const COMMAND_LIMIT_MS = 30_000;

const Message = z.looseObject({ id: z.number().default(0), type: z.string(), event: z.unknown().optional() });
const Result = z.object({
  success: z.boolean(),
  result: z.unknown().optional(),
  error: z.object({ code: z.union([z.string(), z.number()]), message: z.string() }).optional(),
});

type Listener = (event: unknown) => void;

/** An error that Home Assistant answered a WebSocket command with. */
class HomeAssistantCommandError extends Error {
  readonly code: string;
  constructor(command: string, code: string, message: string) {
    super(`${command}: ${code}: ${message}`);
    this.code = code;
  }
}

/** A logged-in client of Home Assistant's WebSocket and REST APIs, for one connection. */
export class HomeAssistantApi implements Disposable {
  readonly #url: string;
  readonly #token: string;
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #listeners = new Map<number, Listener>();
  readonly #authenticated = Promise.withResolvers<void>();
  #lastId = 0;

  private constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
    this.#socket = new WebSocket(`${url.replace(/^http/, "ws")}/api/websocket`, {
      handshakeTimeout: COMMAND_LIMIT_MS,
      // Home Assistant would spend its time on compressing what stays on this machine.
      perMessageDeflate: false,
    });
  }

  static async connect(url: string, token: string): Promise<HomeAssistantApi> {
    const api = new HomeAssistantApi(url, token);
    api.#socket.on("message", (data) => api.#receive(JSON.parse(String(data))));
    api.#socket.on("error", (error) => api.#fail(error));
    api.#socket.on("close", (code) => api.#fail(new Error(`Home Assistant closed the connection with code ${code}`)));
    await api.#authenticated.promise;
    return api;
  }

  /** Sends a command and answers its result. */
  async call(type: string, payload: object = {}): Promise<unknown> {
    return await this.#send(++this.#lastId, type, payload);
  }

  /** Sends a command that goes on sending events. */
  async subscribe(type: string, payload: object, listener: Listener): Promise<() => Promise<void>> {
    const id = ++this.#lastId;
    // Before the answer: Home Assistant may put the first events into the same frame.
    this.#listeners.set(id, listener);
    await this.#send(id, type, payload);
    return async () => {
      this.#listeners.delete(id);
      await this.call("unsubscribe_events", { subscription: id });
    };
  }

  /** Calls the REST API; `path` begins with `/api/`. */
  async rest(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.#token}`, "content-type": "application/json" };
    const response = await fetch(`${this.#url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`Home Assistant answered ${method} ${path} with ${response.status}: ${await response.text()}`);
    return await response.json();
  }

  [Symbol.dispose](): void {
    this.#socket.terminate();
  }

  async #send(id: number, type: string, payload: object): Promise<unknown> {
    if (this.#socket.readyState !== WebSocket.OPEN) throw new Error(`${type}: not connected to Home Assistant`);
    const answer = Promise.withResolvers<unknown>();
    const timer = setTimeout(() => answer.reject(new Error(`${type}: no answer within ${COMMAND_LIMIT_MS} ms`)), COMMAND_LIMIT_MS);
    this.#pending.set(id, answer);
    this.#socket.send(JSON.stringify({ ...payload, id, type }));
    try {
      const { success, result, error } = Result.parse(await answer.promise);
      if (!success) throw new HomeAssistantCommandError(type, String(error?.code), error?.message ?? "");
      return result;
    } finally {
      clearTimeout(timer);
      this.#pending.delete(id);
    }
  }

  #receive(data: unknown): void {
    // Home Assistant may join messages.
    for (const message of z.array(Message).parse(Array.isArray(data) ? data : [data])) this.#handle(message);
  }

  #handle(message: z.infer<typeof Message>): void {
    switch (message.type) {
      case "auth_required":
        this.#socket.send(JSON.stringify({ type: "auth", access_token: this.#token }));
        break;
      case "auth_ok":
        this.#authenticated.resolve();
        break;
      case "auth_invalid":
        this.#fail(new Error("Home Assistant refused the token"));
        break;
      case "result":
        this.#pending.get(message.id)?.resolve(message);
        break;
      case "event":
        this.#listeners.get(message.id)?.(message.event);
    }
  }

  #fail(error: Error): void {
    this.#authenticated.reject(error);
    for (const answer of this.#pending.values()) answer.reject(error);
  }
}
