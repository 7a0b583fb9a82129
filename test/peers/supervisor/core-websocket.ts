import type { WebSocket } from "ws";
import { z } from "zod";
import type { Core } from "./core.ts";

/** Messages of the add-on; Core's may be longer. */
export const MAX_MESSAGE_BYTES: number = 4 * 1024 * 1024;
const AUTH_LIMIT_MS = 10_000;

const Auth = z.object({ type: z.literal("auth"), access_token: z.string() });
const Command = z.looseObject({ id: z.int(), type: z.string() });

/** `/core/websocket`: lets the add-on in by its own token, and only then speaks to Core. */
export function welcome({
  client,
  core,
  version,
  isToken,
}: {
  client: WebSocket;
  core: Core;
  version: string;
  isToken: (token: string) => boolean;
}): void {
  const tooLate = setTimeout(() => client.close(), AUTH_LIMIT_MS);
  client.on("error", () => {
    // ws has told the reason, such as 1009 for a message that is too long.
  });
  client.once("close", () => clearTimeout(tooLate));
  client.once("message", (data) => {
    clearTimeout(tooLate);
    const auth = Auth.safeParse(parsed(data));
    if (auth.success && isToken(auth.data.access_token)) {
      client.send(JSON.stringify({ type: "auth_ok", ha_version: version }));
      relay(client, core);
    } else {
      client.send(JSON.stringify({ type: "auth_invalid", message: "Invalid access" }));
      client.close();
    }
  });
  client.send(JSON.stringify({ type: "auth_required", ha_version: version }));
}

/** The add-on has its auth_ok before Core is asked; when that fails or ends, the socket closes with 1000. */
function relay(client: WebSocket, core: Core): void {
  const { socket, token } = core.connect();
  const waiting: string[] = [];
  let ready = false;
  const setReady = (): void => {
    ready = true;
    for (const message of waiting) socket.send(message);
  };
  socket.on("error", () => socket.terminate());
  socket.on("close", () => client.close(1000));
  client.on("close", () => socket.close());
  socket.on("message", (data) => {
    const text = String(data);
    if (ready) client.send(text);
    else if (text.includes('"auth_required"') && token !== null) socket.send(JSON.stringify({ type: "auth", access_token: token }));
    else if (text.includes('"auth_ok"')) setReady();
    else socket.close();
  });
  client.on("message", (data) => {
    const { data: command } = Command.safeParse(parsed(data));
    if (command !== undefined && /^(hassio|supervisor)\//.test(command.type)) {
      const error = { code: "unauthorized", message: "Unauthorized" };
      client.send(JSON.stringify({ id: command.id, type: "result", success: false, error }));
    } else if (ready) socket.send(String(data));
    else waiting.push(String(data));
  });
}

function parsed(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
