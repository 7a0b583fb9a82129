import type { SimulatedDevice } from "./devices.ts";
import type { SimulatedFaults } from "./faults.ts";
import type { DeviceEvent, Inventory } from "./inventory.ts";
import { OWN_RADIO_TYPE } from "./radio-modules.ts";

/** rfd tells of the duty cycle of a module only when it crosses one of these. */
const DUTY_CYCLE_STEPS = [40, 65, 80, 90, 95, 98, 99, 100] as const;

interface Trouble {
  readonly count: (faults: SimulatedFaults) => number;
  /** The parameter is called differently by BidCos and HmIP. */
  readonly parameters: readonly string[];
  /** Stays until somebody acknowledges it. */
  readonly sticky?: string;
}

const TROUBLES: readonly Trouble[] = [
  { count: ({ unreachable }) => unreachable, parameters: ["UNREACH"], sticky: "STICKY_UNREACH" },
  { count: ({ lowBatteries }) => lowBatteries, parameters: ["LOWBAT", "LOW_BAT"] },
  { count: ({ configPending }) => configPending, parameters: ["CONFIG_PENDING"] },
];

/** What is wrong with devices and radio modules, as the switches want it. */
export class Conditions {
  readonly #devices: readonly SimulatedDevice[];
  readonly #inventory: Inventory;
  readonly #tellsDutyCycle: boolean;
  readonly #usualDutyCycle: number;

  constructor({
    devices,
    inventory,
    tellsDutyCycle,
  }: {
    devices: readonly SimulatedDevice[];
    inventory: Inventory;
    /** Whether crossing a step of the duty cycle makes an event. */
    tellsDutyCycle: boolean;
  }) {
    this.#devices = devices;
    this.#inventory = inventory;
    this.#tellsDutyCycle = tellsDutyCycle;
    this.#usualDutyCycle = this.#dutyCycle;
  }

  /** Makes the world as the switches want it; returns what the process tells about that. */
  change(before: SimulatedFaults, after: SimulatedFaults): readonly DeviceEvent[] {
    const events = TROUBLES.filter(({ count }) => count(before) !== count(after)).flatMap((trouble) => this.#spread(trouble, after));
    if (before.dutyCycle !== after.dutyCycle) events.push(...this.#changeDutyCycle(after.dutyCycle));
    if (before.carrierSense !== after.carrierSense) events.push(...this.#pinLevel("CARRIER_SENSE_LEVEL", after.carrierSense));
    if (before.gatewayDisconnected !== after.gatewayDisconnected) this.#connectGateway(!after.gatewayDisconnected);
    for (const event of events) this.#inventory.apply(event);
    return events;
  }

  /** Confirms everything that stays until it is confirmed. */
  acknowledge(): readonly DeviceEvent[] {
    const events = this.#devices
      .map(maintenanceOf)
      .filter((address) => this.#inventory.values(address)?.get("STICKY_UNREACH") === true)
      .map((address) => ({ address, parameter: "STICKY_UNREACH", value: false }));
    for (const event of events) this.#inventory.apply(event);
    return events;
  }

  /** The trouble goes to the first devices that can have it and do not have it from the beginning. */
  #spread({ count, parameters, sticky }: Trouble, faults: SimulatedFaults): DeviceEvent[] {
    const able = this.#devices.flatMap((device) => {
      const values = device.channels[0]?.values ?? {};
      const parameter = parameters.find((name) => values[name] === false);
      const isSticky = sticky !== undefined && Object.hasOwn(values, sticky);
      return parameter === undefined ? [] : [{ address: maintenanceOf(device), parameter, sticky: isSticky ? sticky : null }];
    });
    return able.flatMap(({ address, parameter, sticky: stays }, index) => {
      const value = index < count(faults);
      if (this.#inventory.values(address)?.get(parameter) === value) return [];
      const event = { address, parameter, value };
      return value && stays !== null ? [event, { address, parameter: stays, value }] : [event];
    });
  }

  #changeDutyCycle(percent: number | null): DeviceEvent[] {
    const [ownModule] = this.#inventory.radioModules;
    if (ownModule === undefined) return [];
    const before = this.#dutyCycle;
    const after = percent ?? this.#usualDutyCycle;
    const address = String(ownModule["ADDRESS"]);
    ownModule["DUTY_CYCLE"] = after;
    const isTold = this.#tellsDutyCycle && stepOf(before) !== stepOf(after);
    return [...(isTold ? [{ address, parameter: "DUTY_CYCLE", value: after }] : []), ...this.#pinLevel("DUTY_CYCLE_LEVEL", percent)];
  }

  get #dutyCycle(): number {
    return Number(this.#inventory.radioModules[0]?.["DUTY_CYCLE"] ?? 0);
  }

  /** HmIP shows the CCU's own radio module among the devices as well. */
  #pinLevel(parameter: string, percent: number | null): readonly DeviceEvent[] {
    const own = this.#devices.find(({ type }) => type === OWN_RADIO_TYPE);
    return own === undefined ? [] : this.#inventory.pin({ address: maintenanceOf(own), parameter, percent });
  }

  #connectGateway(connected: boolean): void {
    const gateway = this.#inventory.radioModules.at(-1);
    if (gateway !== undefined) gateway["CONNECTED"] = connected;
  }
}

function maintenanceOf({ address }: SimulatedDevice): string {
  return `${address}:0`;
}

function stepOf(percent: number): number {
  return DUTY_CYCLE_STEPS.filter((step) => percent >= step).length;
}
