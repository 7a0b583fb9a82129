import { isHomematicError } from "../base/errors.ts";
import type { XmlRpcValue } from "../xmlrpc/values.ts";

/** What an interface process can be asked. */
export interface Capabilities {
  readonly ping: boolean;
  /** Homegear style: `clientServerInitialized` tells whether our registration still exists. */
  readonly registrationQuery: boolean;
  readonly interfaceList: boolean;
  readonly version: boolean;
  readonly serviceMessages: boolean;
}

/** From the answer to `system.listMethods`; a fault is as good as no list. */
export async function askCapabilities(listMethods: () => Promise<XmlRpcValue>): Promise<Capabilities> {
  try {
    return capabilitiesOf(await listMethods());
  } catch (error) {
    if (isHomematicError(error, "RPC_FAULT")) return capabilitiesOf(undefined);
    throw error;
  }
}

/** Reads an answer to `system.listMethods`; without a usable list a plain CCU is assumed. */
function capabilitiesOf(methods: XmlRpcValue | undefined): Capabilities {
  if (!Array.isArray(methods) || methods.length === 0)
    return { ping: true, registrationQuery: false, interfaceList: false, version: false, serviceMessages: false };
  return {
    ping: methods.includes("ping"),
    registrationQuery: methods.includes("clientServerInitialized"),
    interfaceList: methods.includes("listBidcosInterfaces"),
    version: methods.includes("getVersion"),
    serviceMessages: methods.includes("getServiceMessages"),
  };
}
