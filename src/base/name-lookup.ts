import dns, { type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { onAbort } from "./abort.ts";

type Addresses = readonly LookupAddress[];

/**
 * Look-ups that are under way, for the whole process as the few threads are in which Node makes them. Nothing can interrupt the system's resolver:
 * one that does not answer keeps a thread for up to a minute, so each name takes one of them and no more.
 */
const underWay = new Map<string, Promise<Addresses>>();

/** What the system finds behind a name, the address to be tried first at the front. Rejects with Node's error, or the signal's reason. */
export async function addressesOf(name: string, signal: AbortSignal): Promise<Addresses> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  using _ = onAbort(signal, reject);
  return await Promise.race([sharedLookup(name), aborted]);
}

/** Resolves the names of connections. */
export const lookupOfConnections: LookupFunction = (name, { all }, done) => {
  sharedLookup(name).then(
    ([first = { address: "", family: 0 }, ...others]) => (all ? done(null, [first, ...others]) : done(null, first.address, first.family)),
    (error: NodeJS.ErrnoException) => done(error, ""),
  );
};

function sharedLookup(name: string): Promise<Addresses> {
  const running = underWay.get(name);
  if (running !== undefined) return running;
  const { promise, resolve, reject } = Promise.withResolvers<Addresses>();
  underWay.set(name, promise);
  dns.lookup(name, { all: true, hints: dns.ADDRCONFIG }, (error, addresses) => {
    underWay.delete(name);
    if (error === null) resolve(addresses);
    else reject(error);
  });
  return promise;
}
