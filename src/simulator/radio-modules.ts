import type { XmlRpcStruct } from "../xmlrpc/values.ts";
import type { SimulatedDevice } from "./devices.ts";
import type { SimulatedInterfaceName } from "./flavours.ts";
import { drift } from "./samples.ts";

/** The type under which HmIP lists the CCU's own radio module among the devices. */
export const OWN_RADIO_TYPE = "RPI-RF-MOD";

const SGTIN_PREFIX = "3014F711A0";

/** What `listBidcosInterfaces` shows at first; empty where an interface has no such call. */
export function radioModules(name: SimulatedInterfaceName, serial: string): readonly XmlRpcStruct[] {
  switch (name) {
    case "BidCos-RF":
    case "Homegear":
      return [
        module({ address: serial, type: "CCU2", firmware: "2.8.6", dutyCycle: 6 }),
        module({ address: "MEQ0355761", type: "HMLGW2", firmware: "1.1.5", dutyCycle: 2, description: "Gateway Küche" }),
      ];
    case "HmIP-RF":
      // The HmIP side of a module is known by another number than its BidCos side.
      return [module({ address: sgtin(serial), type: "HMIP_CCU2", firmware: "4.4.18", dutyCycle: 4 })];
    case "BidCos-Wired":
    case "VirtualDevices":
    case "CUxD":
      return [];
  }
}

/** The CCU's own radio module as an HmIP device; it bears the end of the module's number. */
export function ownRadioDevice(serial: string): SimulatedDevice {
  return {
    address: sgtin(serial).slice(SGTIN_PREFIX.length),
    type: OWN_RADIO_TYPE,
    name: "Funkmodul der Zentrale",
    firmware: "4.4.18",
    rhythm: { kind: "cycle", seconds: [120, 184] },
    channels: [
      {
        type: "MAINTENANCE",
        reports: { DUTY_CYCLE_LEVEL: drift({ min: 1, max: 9, step: 0.5 }), CARRIER_SENSE_LEVEL: drift({ min: 0, max: 9, step: 0.5 }) },
      },
    ],
  };
}

function module({
  address,
  type,
  firmware,
  dutyCycle,
  description,
}: {
  address: string;
  type: string;
  firmware: string;
  dutyCycle: number;
  description?: string;
}): XmlRpcStruct {
  return {
    ADDRESS: address,
    CONNECTED: true,
    DEFAULT: description === undefined,
    DESCRIPTION: description ?? "",
    DUTY_CYCLE: dutyCycle,
    FIRMWARE_VERSION: firmware,
    TYPE: type,
  };
}

function sgtin(serial: string): string {
  return SGTIN_PREFIX + Buffer.from(serial.slice(-7), "latin1").toString("hex").toUpperCase().padEnd(14, "0");
}
