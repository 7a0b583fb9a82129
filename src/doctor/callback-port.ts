import type { Clock } from "../base/clock.ts";
import { isHomematicError } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import { CallbackServer } from "../ccu/callback-server.ts";

/** Where the program listens unless told otherwise; a firewall that lets it in most likely does so here. */
export const USUAL_PORT = 8095;

/**
 * Opens the port on which the CCU is to call; without a wish the usual one, or any other where that one is in use.
 * @throws HomematicError PORT_IN_USE, PORT_FORBIDDEN or ADDRESS_UNAVAILABLE.
 */
export async function openCallbackPort(parts: {
  port: number | null;
  clock: Clock;
  logger: Logger;
  signal: AbortSignal;
}): Promise<CallbackServer> {
  const { port: wish, signal, ...context } = parts;
  const open = async (port: number): Promise<CallbackServer> => {
    const server = new CallbackServer({ port, ...context });
    await server.start(signal);
    return server;
  };
  try {
    return await open(wish ?? USUAL_PORT);
  } catch (error) {
    // Most likely the program itself runs on this machine.
    if (wish === null && isHomematicError(error, "PORT_IN_USE")) return await open(0);
    throw error;
  }
}
