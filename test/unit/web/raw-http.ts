import { connect, type Socket } from "node:net";
import { expect } from "vitest";

const SECURITY_HEADERS = ["content-security-policy: default-src 'none'", "x-content-type-options: nosniff", "referrer-policy: no-referrer"];

export function open(port: number, text: string): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(text, "latin1");
  return socket;
}

/** Everything that comes until the server closes the connection. */
export async function send(port: number, text: string): Promise<string> {
  const socket = open(port, text);
  let answer = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    answer += chunk;
  });
  // Not `once`, which minds an end that is rude.
  await new Promise((resolve) => socket.on("close", resolve));
  return answer;
}

export function expectAnswer(answer: string, status: string): void {
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  for (const header of SECURITY_HEADERS) expect(answer).toContain(header);
  expect(answer.match(/^HTTP/gm)).toHaveLength(1);
}
