import { get, type IncomingMessage, request } from "node:http";
import { type Logger, silentLogger } from "../../../src/base/logger.ts";
import type { CallbackTester } from "../../../src/web/callback-test.ts";
import type { Maintainable } from "../../../src/web/maintenance.ts";
import type { AppStatus } from "../../../src/web/status.ts";
import { type InstallTarget, type WebLimits, WebServer } from "../../../src/web/web-server.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { FakeSource } from "./status-fixture.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A running server on a free port, with a status and a clock that the test moves. */
export class Harness implements AsyncDisposable {
  readonly clock: ManualClock = new ManualClock();
  readonly source: FakeSource;
  readonly server: WebServer;

  constructor({
    status,
    logger = silentLogger,
    language = "auto",
    limits,
    install = null,
    callbackTester = null,
    maintained = [],
    allowedPeers = null,
  }: {
    status?: AppStatus;
    logger?: Logger;
    language?: "auto" | "de";
    limits?: WebLimits;
    install?: InstallTarget | null;
    callbackTester?: CallbackTester | null;
    maintained?: readonly Maintainable[];
    allowedPeers?: readonly string[] | null;
  } = {}) {
    this.source = new FakeSource(status);
    const { source, clock } = this;
    this.server = new WebServer({
      host: "127.0.0.1",
      port: 0,
      language,
      ...(limits && { limits }),
      source,
      install,
      callbackTester,
      maintained,
      allowedPeers,
      clock,
      logger,
    });
  }

  async start(): Promise<this> {
    await this.server.start(new AbortController().signal);
    return this;
  }

  ask(path: string, { method = "GET", headers = {} }: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asking = request({ host: "127.0.0.1", port: this.server.port, path, method, headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }),
        );
      });
      asking.on("error", reject);
      asking.end();
    });
  }

  async follow(headers: Record<string, string> = {}): Promise<Follower> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    get({ host: "127.0.0.1", port: this.server.port, path: "/api/stream", headers, agent: false }, resolve).on("error", reject);
    return new Follower(await promise);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

/** Reads server-sent events frame by frame, comments included. */
export class Follower {
  readonly response: IncomingMessage;
  readonly #frames: string[] = [];
  #rest = "";
  #wake: () => void = () => {};
  #ended = false;

  constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => {
      const frames = (this.#rest + chunk).split("\n\n");
      this.#rest = frames.pop() ?? "";
      this.#frames.push(...frames);
      this.#wake();
    });
    response.on("error", () => {});
    response.on("close", () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** The next frame, or null when the stream has ended. */
  async frame(): Promise<string | null> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return frame;
      if (this.#ended) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** The HTML of the next frame, which must be a page. */
  async page(): Promise<string> {
    const frame = await this.frame();
    const [, data] = /^event: page\ndata: ([^\r\n]*)$/.exec(frame ?? "") ?? [];
    const html: unknown = JSON.parse(data ?? "null");
    if (typeof html !== "string") throw new Error(`Not a page: ${frame?.slice(0, 100)}`);
    return html;
  }

  /** Everything until the stream ends. */
  async rest(): Promise<readonly string[]> {
    const frames: string[] = [];
    for (let frame = await this.frame(); frame !== null; frame = await this.frame()) frames.push(frame);
    return frames;
  }

  close(): void {
    this.response.destroy();
  }
}
