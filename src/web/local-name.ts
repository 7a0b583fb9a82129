import { isIP } from "node:net";
import { hostname } from "node:os";

/** Endings that nobody can register, by RFC 2606, 6761, 6762, 8375 and ICANN, or that routers give and AVM owns. */
const LOCAL_ENDINGS = ["localhost", "local", "internal", "home.arpa", "lan", "home", "localdomain", "fritz.box", "test"] as const;

/**
 * Whether a browser may know us under this name. A page of somebody else can let its own name lead to our address and would then pass for
 * one of ours (DNS rebinding); an address, or a name that only the own network knows, cannot be such a name.
 */
export function isLocalName(host: string, boundHost: string): boolean {
  const name = host.replace(/:\d+$/, "").replace(/\.$/, "").toLowerCase();
  if (isIP(name.replace(/^\[(.*)\]$/, "$1")) !== 0) return true;
  if (!/^[a-z0-9_.-]+$/.test(name)) return false;
  return (
    !name.includes(".") ||
    LOCAL_ENDINGS.some((ending) => name.endsWith(`.${ending}`)) ||
    [hostname(), boundHost].some((own) => own.toLowerCase() === name)
  );
}
