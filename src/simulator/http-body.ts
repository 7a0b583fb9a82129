import type { IncomingMessage } from "node:http";
import { WIRE_LIMITS } from "../xmlrpc/decoder.ts";

/** Everything that a peer sends; rejects when the connection breaks or the message is absurdly long. */
export async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message) {
    length += chunk.length;
    if (length > WIRE_LIMITS.maxBytes) throw new RangeError("message too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
