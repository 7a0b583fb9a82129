import { isHomematicError } from "../base/errors.ts";
import type { XmlRpcValue } from "../xmlrpc/values.ts";
import type { Capabilities } from "./capabilities.ts";

export interface InterfaceDetails {
  /** Serial of the radio module that the CCU itself uses. */
  readonly serial: string | null;
  readonly version: string | null;
}

/** Asks for what identifies the CCU; a refused question only leaves its answer out. */
export async function readInterfaceDetails(
  call: (methodName: string) => Promise<XmlRpcValue>,
  capabilities: Capabilities,
): Promise<InterfaceDetails> {
  const ask = async (methodName: string): Promise<XmlRpcValue | undefined> => {
    try {
      return await call(methodName);
    } catch (error) {
      if (isHomematicError(error, "RPC_FAULT")) return undefined;
      throw error;
    }
  };
  const modules = capabilities.interfaceList ? await ask("listBidcosInterfaces") : undefined;
  const version = capabilities.version ? await ask("getVersion") : undefined;
  return { serial: serialOf(modules), version: typeof version === "string" && version !== "" ? version : null };
}

function serialOf(modules: XmlRpcValue | undefined): string | null {
  if (!Array.isArray(modules)) return null;
  const serials = modules.flatMap((module) => {
    if (typeof module !== "object" || Array.isArray(module) || !("ADDRESS" in module)) return [];
    const { ADDRESS: address, DEFAULT: isDefault } = module;
    return typeof address === "string" && /^[A-Za-z0-9_.-]{4,64}$/.test(address) ? [{ address, isDefault: isDefault === true }] : [];
  });
  return (serials.find((serial) => serial.isDefault) ?? serials[0])?.address ?? null;
}
