import type { ServerResponse } from "node:http";

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
  readonly body: string;
  /** Further headers; answers are not stored by anybody unless `cache-control` says so here. */
  readonly headers?: Readonly<Record<string, string>>;
}

export function plainText(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, type: "text/plain; charset=utf-8", body: `${text}\n`, headers };
}

/** Sends a complete answer; Node leaves the body out when the request was a HEAD. */
export function respond(response: ServerResponse, { status = 200, type, body, headers = {} }: Reply): void {
  writeHeaders(response, status, { "content-type": type, "content-length": String(Buffer.byteLength(body)), ...headers });
  response.end(body);
}

/** Starts an answer with the headers that every answer carries. */
export function writeHeaders(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>): void {
  response.writeHead(status, { ...SECURITY_HEADERS, "cache-control": "no-store", ...headers });
}
