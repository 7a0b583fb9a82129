import { type ErrorCode, HomematicError, isHomematicError } from "../base/errors.ts";
import type { InterfaceName } from "../config.ts";
import type { RpcCaller } from "./guarded-caller.ts";

const PROBE_TIMEOUT_MS = 5_000;

/** The failure that tells the user most comes first; "refused" only says that this one interface is not installed. */
const TELLING: readonly ErrorCode[] = [
  "UNAUTHORIZED",
  "FORBIDDEN",
  "TLS_FAILED",
  "NOT_READY",
  "PROCESS_DOWN",
  "NOT_XML_RPC",
  "HTTP_ERROR",
  "TIMEOUT",
  "DNS_FAILED",
];

export interface Discovery {
  readonly found: readonly InterfaceName[];
  /** Why nothing was found; `null` when something was. */
  readonly failure: HomematicError | null;
}

/** Asks the CCU at each known port for its methods: an open port alone proves nothing. */
export async function discoverInterfaces({
  names,
  callerFor,
  signal,
}: {
  names: readonly InterfaceName[];
  callerFor: (name: InterfaceName) => RpcCaller;
  signal: AbortSignal;
}): Promise<Discovery> {
  const probes = await Promise.all(
    names.map(async (name) => {
      try {
        await callerFor(name).call("system.listMethods", [], { signal, timeoutMs: PROBE_TIMEOUT_MS });
        return { name, error: null };
      } catch (error) {
        if (isHomematicError(error, "RPC_FAULT")) return { name, error: null };
        if (isHomematicError(error)) return { name, error };
        throw error;
      }
    }),
  );
  signal.throwIfAborted();
  const found = probes.filter((probe) => probe.error === null).map((probe) => probe.name);
  return { found, failure: found.length > 0 ? null : mostTelling(probes.flatMap((probe) => probe.error ?? [])) };
}

function mostTelling(errors: readonly HomematicError[]): HomematicError {
  const ranked = TELLING.flatMap((code) => errors.find((error) => error.code === code) ?? []);
  return ranked[0] ?? errors[0] ?? new HomematicError({ code: "CONNECTION_REFUSED" });
}
