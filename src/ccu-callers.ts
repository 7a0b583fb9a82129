import type { Clock } from "./base/clock.ts";
import type { CallerFactory } from "./central/central-unit.ts";
import type { CcuOptions } from "./config.ts";
import { XmlRpcClient } from "./xmlrpc/client.ts";

/** Calls each interface of a CCU the way its options say. */
export function callersOf({ host, tls, verify_tls: verifyTls, username, password }: CcuOptions, clock: Clock): CallerFactory {
  return ({ port, path }) => new XmlRpcClient({ host, port, path, tls, verifyTls, username, password, clock });
}
