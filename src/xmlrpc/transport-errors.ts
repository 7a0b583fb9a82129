import { ERROR_CODES, type ErrorCode, HomematicError } from "../base/errors.ts";

/** What Node says when a connection fails, in the words of the product. */
const CODES: ReadonlyMap<string, ErrorCode> = new Map([
  ["ENOTFOUND", "DNS_FAILED"],
  ["EAI_AGAIN", "DNS_FAILED"],
  ["EAI_FAIL", "DNS_FAILED"],
  ["EAI_NODATA", "DNS_FAILED"],
  ["EAI_NONAME", "DNS_FAILED"],
  ["EHOSTUNREACH", "NO_ROUTE"],
  ["ENETUNREACH", "NO_ROUTE"],
  ["EHOSTDOWN", "NO_ROUTE"],
  ["ENETDOWN", "NO_ROUTE"],
  ["EADDRNOTAVAIL", "NO_ROUTE"],
  ["ECONNREFUSED", "CONNECTION_REFUSED"],
  ["ECONNRESET", "CONNECTION_LOST"],
  ["ECONNABORTED", "CONNECTION_LOST"],
  ["EPIPE", "CONNECTION_LOST"],
  ["ETIMEDOUT", "TIMEOUT"],
]);

const STATUS_CODES: ReadonlyMap<number, ErrorCode> = new Map([
  [401, "UNAUTHORIZED"],
  [403, "FORBIDDEN"],
  [503, "NOT_READY"],
]);

export interface Peer {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/** The named form of what `http.request` or its response emitted. */
export function transportError(error: unknown, peer: Peer): HomematicError {
  if (error instanceof HomematicError) return error;
  return peerError({ code: transportCode(error, peer.tls), peer, cause: error });
}

/** `undefined` for a status that carries an answer. */
export function statusError(status: number, peer: Peer): HomematicError | undefined {
  if (status === 200) return undefined;
  const code = STATUS_CODES.get(status) ?? (status >= 500 ? "PROCESS_DOWN" : "HTTP_ERROR");
  return peerError({ code, peer, context: { status } });
}

export function peerError({
  code,
  peer,
  cause,
  context,
}: {
  code: ErrorCode;
  peer: Peer;
  cause?: unknown;
  context?: Readonly<Record<string, string | number | boolean>>;
}): HomematicError {
  const { host, port } = peer;
  return new HomematicError({ code, message: `${ERROR_CODES[code]} (${host}:${port})`, cause, context: { host, port, ...context } });
}

function transportCode(error: unknown, tls: boolean): ErrorCode {
  // Node tries every address of a name; having come as far as the machine says more than a missing route of the other family.
  const codes = (error instanceof AggregateError ? error.errors : [error]).map(nodeCode);
  const named = codes.map((code) => CODES.get(code)).filter((code) => code !== undefined);
  const known = named.find((code) => code !== "NO_ROUTE") ?? named[0];
  if (known !== undefined) return known;
  if (codes.some((code) => code.startsWith("HPE_"))) return "NOT_XML_RPC";
  return tls ? "TLS_FAILED" : "CONNECTION_LOST";
}

function nodeCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
