import type { IncomingMessage } from "node:http";

/** Names under which a browser on this machine may know us; any other one was made to point here by somebody else. */
const OWN_NAMES: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Why a request is refused, or null: only pages of our own and programs on this machine may ask. */
export function refusalOf(request: IncomingMessage): string | null {
  const host = request.headers.host ?? "";
  if (!OWN_NAMES.has(host.replace(/:\d+$/, ""))) return "This page is opened as localhost.";
  if (request.method === "GET" || request.method === "HEAD") return null;
  const { origin, "sec-fetch-site": site } = request.headers;
  const isOwnPage = site === undefined ? origin === undefined || origin === `http://${host}` : site === "same-origin";
  return isOwnPage ? null : "Another page may not change anything here.";
}
