import { errorMessage, isAbort } from "./base/errors.ts";
import type { Logger } from "./base/logger.ts";
import type { FindHost } from "./callback-gateway.ts";
import { localAddressTowards } from "./ccu/callback-address.ts";

/**
 * An add-on sees only the address of its container, which no CCU outside reaches: the Supervisor knows the one of the machine.
 * When it does not say, the own address is used, with one warning until it says so again.
 */
export function hostOfAddOn({ lanAddress, logger }: { lanAddress: () => Promise<string>; logger: Logger }): FindHost {
  let warned = false;
  return async (ccuHost, signal) => {
    try {
      const address = await lanAddress();
      warned = false;
      return address;
    } catch (error) {
      if (isAbort(error)) throw error;
      const address = await localAddressTowards(ccuHost, signal);
      if (!warned)
        logger.warn(
          `${errorMessage(error)}. CCUs are told to call ${address}; if no events arrive, set callback.host to the address of the machine`,
        );
      warned = true;
      return address;
    }
  };
}
