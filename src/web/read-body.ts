import type { IncomingMessage } from "node:http";

const MAX_BODY_BYTES = 1_024;

/** Null when it is larger than anything that is asked of us, breaks off, or comes from a page of another site. */
export async function readBody(request: IncomingMessage): Promise<string | null> {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") return null;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > MAX_BODY_BYTES) return null;
      chunks.push(bytes);
    }
  } catch {
    return null;
  }
  return Buffer.concat(chunks).toString("utf8");
}
