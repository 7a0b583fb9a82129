import { randomInt } from "node:crypto";
import { createServer } from "node:net";

// Below the ephemeral ports: a client that keeps knocking at a closed ephemeral port can connect to itself and then holds the port.
const LOWEST = 20_000;
const HIGHEST = 32_000;

const canBind = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "0.0.0.0", exclusive: true }, () => server.close(() => resolve(true)));
  });

/** A TCP port that nobody listens on, `preferred` if it is one. It stays usable for a peer that stops and comes back. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await canBind(preferred))) return preferred;
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await canBind(port)) return port;
  }
}
