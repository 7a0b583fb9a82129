import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerOptions, type ServerResponse } from "node:http";
import { createServer as createTlsServer, Server as TlsServer } from "node:https";
import type { TlsOptions } from "node:tls";
import { HomematicError } from "../base/errors.ts";
import { decodeMethodCall } from "../xmlrpc/decoder.ts";
import { encodeFault, encodeMethodResponse } from "../xmlrpc/encoder.ts";
import type { MethodCall } from "../xmlrpc/values.ts";
import { sendAnswer } from "./answers.ts";
import type { ServerCertificates } from "./certificate.ts";
import type { Credentials } from "./credentials.ts";
import type { SimulatedEncryption, SimulatedFaults, SimulatedMode } from "./faults.ts";
import type { Flavour } from "./flavours.ts";
import { readBody } from "./http-body.ts";
import type { Reply } from "./methods.ts";
import { SerialThread } from "./serial-thread.ts";

interface Refusal {
  readonly status: number;
  readonly html: string;
}

/** A daemon never ends a connection by itself; Node's limits would. */
const ENDLESS: ServerOptions = { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 };

const UNAUTHORIZED: Refusal = { status: 401, html: page("401 Unauthorized") };
const NOT_FOUND: Refusal = { status: 404, html: page("404 Not Found") };

const REFUSALS: Readonly<Partial<Record<SimulatedMode, Refusal>>> = {
  forbidden: { status: 403, html: page("403 Forbidden") },
  boot: { status: 503, html: page("CCU not ready yet") },
  unauthorized: UNAUTHORIZED,
  notFound: NOT_FOUND,
  processDown: { status: 502, html: page("502 Bad Gateway") },
  html: { status: 200, html: page("HomeMatic WebUI") },
};

const ENCRYPTIONS: Readonly<Record<SimulatedEncryption, (certificates: ServerCertificates) => TlsOptions>> = {
  usual: ({ own }) => own,
  newCertificate: ({ renewed }) => renewed,
  outdated: ({ own }) => ({ ...own, minVersion: "TLSv1.1", maxVersion: "TLSv1.1" }),
};

/** The web server in front of one interface process. Its port stays the same when it is closed and opened again. */
export class HttpFront {
  readonly #host: string;
  readonly #flavour: Flavour;
  readonly #credentials: Credentials;
  readonly #certificates: ServerCertificates | null;
  readonly #faults: () => SimulatedFaults;
  readonly #handle: (call: MethodCall) => Promise<Reply>;
  readonly #transitions = new SerialThread();
  #port: number;
  #server: Server | null = null;

  constructor({
    host,
    port,
    flavour,
    credentials,
    certificates,
    faults,
    handle,
  }: {
    host: string;
    /** 0 takes any free port. */
    port: number;
    flavour: Flavour;
    credentials: Credentials;
    /** Null: without encryption. */
    certificates: ServerCertificates | null;
    faults: () => SimulatedFaults;
    handle: (call: MethodCall) => Promise<Reply>;
  }) {
    this.#host = host;
    this.#port = port;
    this.#flavour = flavour;
    this.#credentials = credentials;
    this.#certificates = certificates;
    this.#faults = faults;
    this.#handle = handle;
  }

  get port(): number {
    return this.#port;
  }

  /** Resolves when the port takes connections, encrypted as the switches want it. Throws PORT_IN_USE or ADDRESS_UNAVAILABLE. */
  open(): Promise<void> {
    return this.#transitions.run(() => this.#listen());
  }

  /** Resolves when the port is closed and every connection is cut; it opens again on the next port. */
  close({ nextPort = this.#port }: { nextPort?: number } = {}): Promise<void> {
    return this.#transitions.run(async () => {
      await this.#shut();
      this.#port = nextPort;
    });
  }

  async #listen(): Promise<void> {
    if (this.#server !== null) return this.#encrypt(this.#server);
    const answer: RequestListener = (request, response) => this.#answer(request, response);
    const server = this.#certificates === null ? createServer(ENDLESS, answer) : createTlsServer(ENDLESS, answer);
    this.#encrypt(server);
    server.on("connection", (socket) => this.#isReset && socket.resetAndDestroy());
    server.listen(this.#port, this.#host);
    try {
      await once(server, "listening");
    } catch (cause) {
      const code = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE" ? "PORT_IN_USE" : "ADDRESS_UNAVAILABLE";
      throw new HomematicError({ code, message: `The simulated CCU cannot listen on ${this.#host}:${this.#port}`, cause });
    }
    const address = server.address();
    if (address !== null && typeof address === "object") this.#port = address.port;
    this.#server = server;
  }

  #encrypt(server: Server | TlsServer): void {
    if (server instanceof TlsServer && this.#certificates !== null)
      server.setSecureContext(ENCRYPTIONS[this.#faults().encryption](this.#certificates));
  }

  async #shut(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  }

  get #isReset(): boolean {
    return this.#faults().mode === "reset";
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.#isReset) request.socket.destroy();
    if (this.#isReset || this.#faults().mode === "hang") return;
    const refusal = this.#refusal(request);
    if (refusal !== undefined) send({ response, ...refusal });
    else if (this.#flavour.needsContentLength && request.headers["content-length"] === undefined) request.socket.destroy();
    else void this.#serve(request, response);
  }

  #refusal(request: IncomingMessage): Refusal | undefined {
    const refusal = REFUSALS[this.#faults().mode];
    if (refusal !== undefined) return refusal;
    if (!this.#credentials.admits(request.headers.authorization)) return UNAUTHORIZED;
    return this.#flavour.path === "/" || request.url === this.#flavour.path ? undefined : NOT_FOUND;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const reply = await this.#execute(await readBody(request));
      if (reply.kind === "none") return;
      const body = reply.kind === "value" ? encodeMethodResponse(reply.value) : encodeFault(reply);
      sendAnswer({ response, body, faults: this.#faults() });
    } catch {
      // The caller has hung up or never comes to an end.
      response.destroy();
    }
  }

  async #execute(body: Buffer): Promise<Reply> {
    let call: MethodCall;
    try {
      call = decodeMethodCall(body);
    } catch {
      return { kind: "fault", code: -1, message: ": unknown method name" };
    }
    return this.#handle(call);
  }
}

function send({ response, status, html }: { response: ServerResponse } & Refusal): void {
  const headers = { "Content-Type": "text/html", "Content-Length": Buffer.byteLength(html) };
  response.writeHead(status, status === 401 ? { ...headers, "WWW-Authenticate": 'Basic realm="CCU"' } : headers).end(html);
}

function page(title: string): string {
  return `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;
}
