import type { IncomingMessage } from "node:http";

/** Collects the body of a request, never more than `maxBytes` of it. Tells the whole, or once that it is too large, or nothing when it breaks off. */
export function readBody({
  request,
  maxBytes,
  onBody,
  onTooLarge,
}: {
  request: IncomingMessage;
  maxBytes: number;
  onBody: (body: Buffer) => void;
  onTooLarge: () => void;
}): void {
  const chunks: Buffer[] = [];
  let size = 0;
  // Without names, which the build would give each of them anew for every request.
  request.on("data", (chunk: Buffer) => {
    const fitted = size <= maxBytes;
    size += chunk.length;
    if (size <= maxBytes) {
      chunks.push(chunk);
    } else if (fitted) {
      chunks.length = 0;
      onTooLarge();
    }
  });
  request.on("end", () => {
    if (size > maxBytes) return;
    const [only] = chunks;
    onBody(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks, size));
  });
}
