import WebSocket from "ws";
import { z } from "zod";
import { onAbort } from "../base/abort.ts";
import type { Clock } from "../base/clock.ts";
import { errorMessage, type HomematicError } from "../base/errors.ts";
import type { LocalText } from "../base/local-text.ts";
import { lookupOfConnections } from "../base/name-lookup.ts";
import { sessionProblem } from "./session-problems.ts";
import { type HomeAssistantTarget, webSocketAddress } from "./target.ts";

const OPEN_TIMEOUT_MS = 10_000;
const MAX_FRAME_BYTES = 16 * 1024 * 1024;
/** The Supervisor and reverse proxies answer so while Core does not run. */
const STARTING_STATUSES: readonly number[] = [502, 503];

const SOMETHING_ELSE: LocalText = { en: "something else answers there", de: "dort antwortet etwas anderes" };

export interface AuthenticatedSocket {
  readonly ws: WebSocket;
  /** Version of Home Assistant Core. */
  readonly version: string;
}

const greeting = z.discriminatedUnion("type", [
  z.object({ type: z.literal("auth_required") }),
  z.object({ type: z.literal("auth_invalid") }),
  z.object({ type: z.literal("auth_ok"), ha_version: z.string() }),
]);

/**
 * Opens a socket to Home Assistant and logs in. Throws HOME_ASSISTANT_UNREACHABLE, _STARTING, _UNAUTHORIZED, _TIMEOUT, _CLOSED
 * or the signal's reason, and leaves no socket behind then.
 */
export async function openSocket({
  url,
  token,
  clock,
  signal,
}: HomeAssistantTarget & { clock: Clock; signal: AbortSignal }): Promise<AuthenticatedSocket> {
  signal.throwIfAborted();
  const address = webSocketAddress(url);
  const ws = new WebSocket(address, { perMessageDeflate: false, maxPayload: MAX_FRAME_BYTES, lookup: lookupOfConnections });
  const { promise: version, resolve, reject } = Promise.withResolvers<string>();
  const onMessage = (data: WebSocket.RawData): void => {
    const message = greeting.safeParse(parseJson(String(data))).data;
    if (message === undefined) reject(unreachable(address, SOMETHING_ELSE));
    else if (message.type === "auth_required") ws.send(JSON.stringify({ type: "auth", access_token: token }));
    else if (message.type === "auth_invalid") reject(sessionProblem("tokenRejected"));
    else resolve(message.ha_version);
  };
  using cleanup = new DisposableStack();
  cleanup.use(onAbort(signal, reject));
  cleanup.use(clock.setTimer(() => reject(sessionProblem("noAnswer")), OPEN_TIMEOUT_MS));
  cleanup.defer(() => ws.off("message", onMessage));
  ws.on("message", onMessage);
  // This one stays for the life of the socket: an "error" without a listener ends the process.
  ws.on("error", (error) => reject(unreachable(address, networkReason(error), error)));
  ws.on("unexpected-response", (_request, response) => reject(refusedUpgrade(address, response.statusCode ?? 0)));
  ws.on("close", (code) => reject(sessionProblem("closedAtLogin", { context: { closeCode: code } })));
  try {
    return { ws, version: await version };
  } catch (error) {
    ws.terminate();
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusedUpgrade(address: URL, status: number): HomematicError {
  if (STARTING_STATUSES.includes(status)) return sessionProblem("starting", { context: { status } });
  return unreachable(address, `HTTP status ${status}`);
}

function unreachable({ host }: URL, reason: string | LocalText, cause?: unknown): HomematicError {
  return sessionProblem("unreachable", { values: { host, reason }, cause, context: { host } });
}

/** The system's code where there is one: the text of an attempt on several addresses is empty. */
function networkReason(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : errorMessage(error);
}
