import { isHomematicError } from "../base/errors.ts";
import type { XmlRpcValue } from "../xmlrpc/values.ts";
import type { Capabilities } from "./capabilities.ts";
import { type RadioModule, radioModulesOf } from "./radio-modules.ts";

/** "3.79.6.20250728" has 15 characters. */
const LONGEST_VERSION = 64;

export interface InterfaceDetails {
  /** Serial of the radio module that the CCU itself uses. */
  readonly serial: string | null;
  readonly version: string | null;
  /** `null` when the interface does not list them. */
  readonly modules: readonly RadioModule[] | null;
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
  const list = capabilities.interfaceList ? await ask("listBidcosInterfaces") : undefined;
  const modules = list === undefined ? null : radioModulesOf(list);
  const version = capabilities.version ? await ask("getVersion") : undefined;
  return { serial: serialOf(modules ?? []), version: versionOf(version), modules };
}

function versionOf(answer: XmlRpcValue | undefined): string | null {
  return typeof answer === "string" && answer !== "" ? answer.slice(0, LONGEST_VERSION) : null;
}

function serialOf(modules: readonly RadioModule[]): string | null {
  const serials = modules.filter(({ address }) => /^[A-Za-z0-9_.-]{4,64}$/.test(address));
  return (serials.find(({ isDefault }) => isDefault) ?? serials[0])?.address ?? null;
}
