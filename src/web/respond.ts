import { type ServerResponse, STATUS_CODES } from "node:http";

/** Nothing is loaded from elsewhere, nothing inline is executed; Home Assistant frames the page from its own origin. */
const SECURITY_HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

export interface Reply {
  readonly status?: number;
  readonly type: string;
  /** Text is sent as UTF-8. */
  readonly body: string | Buffer;
  /** Further headers; answers are not stored by anybody unless `cache-control` says so here. */
  readonly headers?: Readonly<Record<string, string>>;
}

export function plainText(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, type: "text/plain; charset=utf-8", body: `${text}\n`, headers };
}

/** Sends a complete answer; Node leaves the body out when the request was a HEAD. */
export function respond(response: ServerResponse, { status = 200, type, body, headers = {} }: Reply): void {
  // As bytes: text would be put together with the headers, and metrics of a fleet are megabytes.
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  writeHeaders(response, status, { "content-type": type, "content-length": String(bytes.length), ...headers });
  response.end(bytes);
}

/** Starts an answer with the headers that every answer carries. */
export function writeHeaders(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>): void {
  response.writeHead(status, { ...SECURITY_HEADERS, "cache-control": "no-store", ...headers });
}

/** What Node's parser and its timers complain of; all else is a request that makes no sense. */
const BROKEN_REQUESTS: ReadonlyMap<unknown, number> = new Map([
  ["ERR_HTTP_REQUEST_TIMEOUT", 408],
  ["HPE_CHUNK_EXTENSIONS_OVERFLOW", 413],
  ["HPE_HEADER_OVERFLOW", 431],
]);

/** The whole answer, as text, to a request that never became one. */
export function brokenRequestAnswer(error: Error): string {
  const status = BROKEN_REQUESTS.get("code" in error ? error.code : undefined) ?? 400;
  const headers = Object.entries({ ...SECURITY_HEADERS, "cache-control": "no-store", connection: "close", "content-length": "0" });
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}
