import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import { HomematicError, isAbort } from "../base/errors.ts";
import { addressesOf } from "../base/name-lookup.ts";

/**
 * The address of this machine on the route to `host`: the one a CCU there can call back. Nothing is sent.
 * @throws HomematicError DNS_FAILED, NO_ROUTE or ABORTED.
 */
export async function localAddressTowards(host: string, signal: AbortSignal): Promise<string> {
  const [{ address, family } = { address: "", family: 0 }] = await addressesOf(host, signal).catch((cause: unknown) => {
    if (isAbort(cause)) throw cause;
    throw new HomematicError({
      code: "DNS_FAILED",
      message: `The name ${host} cannot be resolved. Check the address of the CCU in the options`,
      cause,
    });
  });
  const socket = createSocket(family === 6 ? "udp6" : "udp4");
  try {
    // Connecting a datagram socket only asks the kernel for the route.
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.connect(9, address, () => resolve());
    });
    return socket.address().address;
  } catch (cause) {
    throw new HomematicError({ code: "NO_ROUTE", message: `There is no network path to ${host}`, cause });
  } finally {
    socket.close();
  }
}

/** `http://host:port/path`, with the brackets an IPv6 address needs. */
export function callbackUrl({ host, port, path }: { host: string; port: number; path: string }): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}${path}`;
}
