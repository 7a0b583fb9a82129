import { once } from "node:events";
import { type Agent, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { encodeMethodCall } from "../../../src/xmlrpc/encoder.ts";
import type { XmlRpcValue } from "../../../src/xmlrpc/values.ts";

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends one request to the loopback and reads the whole answer. */
export async function send({
  port,
  path,
  body = "",
  method = "POST",
  agent = false,
}: {
  port: number;
  path: string;
  body?: Buffer | string;
  method?: string;
  agent?: Agent | false;
}): Promise<Reply> {
  const outgoing = request({ host: "127.0.0.1", port, path, method, agent, headers: { "Content-Length": Buffer.byteLength(body) } });
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.on("response", resolve).on("error", reject);
  });
  outgoing.end(body);
  const { statusCode = 0, headers } = await response;
  return { status: statusCode, headers, body: await buffer(await response) };
}

/** A connection below HTTP on which `text` has been sent. */
export async function rawConnection(port: number, text: string): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.on("error", () => {}).write(text);
  return socket;
}

/** Everything that comes until the peer closes. */
export async function untilClosed(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => socket.once("close", resolve));
  return Buffer.concat(chunks).toString("latin1");
}

export function events(count: number, value: XmlRpcValue = 1): Buffer {
  const call = (index: number): XmlRpcValue => ({ methodName: "event", params: ["id", `OEQ${index}:1`, "STATE", value] });
  return encodeMethodCall("system.multicall", [Array.from({ length: count }, (_, index) => call(index))]);
}
