import { errorMessage, isAbort } from "./base/errors.ts";
import type { Logger } from "./base/logger.ts";
import type { FindPort } from "./callback-gateway.ts";

/**
 * A CCU reaches the callback port of an add-on under the port that the user gave it under Network. When the Supervisor does not say
 * or the port is not open, it is used as it is, with one warning until all is well again.
 */
export function portOfAddOn({
  publishedPort,
  logger,
}: {
  publishedPort: (port: number) => Promise<number | null>;
  logger: Logger;
}): FindPort {
  let warned = false;
  const warn = (problem: string): void => {
    if (!warned) logger.warn(problem);
    warned = true;
  };
  return async (port) => {
    try {
      const published = await publishedPort(port);
      if (published === null) {
        warn(
          `Port ${port} of the app is not open, so the CCU cannot report its events. Leave callback.port at 8095 and enter a port under Network`,
        );
        return port;
      }
      warned = false;
      return published;
    } catch (error) {
      if (isAbort(error)) throw error;
      warn(`${errorMessage(error)}. CCUs are told to call port ${port}; if no events arrive, leave the port under Network at ${port}`);
      return port;
    }
  };
}
