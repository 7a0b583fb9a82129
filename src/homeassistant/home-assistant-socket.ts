import WebSocket from "ws";
import { z } from "zod";
import { onAbort } from "../base/abort.ts";
import type { Clock } from "../base/clock.ts";
import { errorMessage, HomematicError } from "../base/errors.ts";
import { lookupOfConnections } from "../base/name-lookup.ts";
import { type HomeAssistantTarget, webSocketAddress } from "./target.ts";

const OPEN_TIMEOUT_MS = 10_000;
const MAX_FRAME_BYTES = 16 * 1024 * 1024;
/** The Supervisor and reverse proxies answer so while Core does not run. */
const STARTING_STATUSES: readonly number[] = [502, 503];

/** Also said when Core answers but has not set up its integrations yet. */
export const STARTING_MESSAGE = "Home Assistant is still starting. Values follow as soon as it is ready";
const NO_ANSWER = "Home Assistant accepts connections but does not answer. If this lasts, restart it";
const TOKEN_REJECTED =
  "Home Assistant rejects the access token. As an add-on: restart it; elsewhere: create a new long-lived access token and enter it in the options";

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
    if (message === undefined) reject(unreachable(address, "something else answers there"));
    else if (message.type === "auth_required") ws.send(JSON.stringify({ type: "auth", access_token: token }));
    else if (message.type === "auth_invalid") reject(new HomematicError({ code: "HOME_ASSISTANT_UNAUTHORIZED", message: TOKEN_REJECTED }));
    else resolve(message.ha_version);
  };
  using cleanup = new DisposableStack();
  cleanup.use(onAbort(signal, reject));
  cleanup.use(clock.setTimer(() => reject(new HomematicError({ code: "HOME_ASSISTANT_TIMEOUT", message: NO_ANSWER })), OPEN_TIMEOUT_MS));
  cleanup.defer(() => ws.off("message", onMessage));
  ws.on("message", onMessage);
  // This one stays for the life of the socket: an "error" without a listener ends the process.
  ws.on("error", (error) => reject(unreachable(address, networkReason(error), error)));
  ws.on("unexpected-response", (_request, response) => reject(refusedUpgrade(address, response.statusCode ?? 0)));
  ws.on("close", (code) => reject(new HomematicError({ code: "HOME_ASSISTANT_CLOSED", context: { closeCode: code } })));
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
  const context = { status };
  if (STARTING_STATUSES.includes(status))
    return new HomematicError({ code: "HOME_ASSISTANT_STARTING", message: STARTING_MESSAGE, context });
  return unreachable(address, `HTTP status ${status}`);
}

function unreachable(address: URL, reason: string, cause?: unknown): HomematicError {
  return new HomematicError({
    code: "HOME_ASSISTANT_UNREACHABLE",
    message: `Home Assistant cannot be reached at ${address.host} (${reason}). Check that it runs and that the address is right`,
    cause,
    context: { host: address.host },
  });
}

/** The system's code where there is one: the text of an attempt on several addresses is empty. */
function networkReason(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : errorMessage(error);
}
