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
  const collect = (chunk: Buffer): void => {
    size += chunk.length;
    if (size <= maxBytes) {
      chunks.push(chunk);
      return;
    }
    request.off("data", collect).off("end", finish);
    onTooLarge();
  };
  const finish = (): void => {
    const [only] = chunks;
    onBody(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks, size));
  };
  request.on("data", collect).on("end", finish);
}
