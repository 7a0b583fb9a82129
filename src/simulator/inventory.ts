import { XmlRpcDouble, type XmlRpcStruct, type XmlRpcValue } from "../xmlrpc/values.ts";
import type { SimulatedChannel, SimulatedDevice } from "./devices.ts";
import type { Random } from "./random.ts";
import type { Sample } from "./samples.ts";

/** What a device says: one value of one channel. */
export interface DeviceEvent {
  readonly address: string;
  readonly parameter: string;
  readonly value: XmlRpcValue;
}

interface Reportable {
  readonly address: string;
  readonly parameter: string;
  readonly sample: Sample;
}

const SERVICE_PARAMETERS = ["UNREACH", "STICKY_UNREACH", "CONFIG_PENDING", "UPDATE_PENDING", "LOWBAT", "LOW_BAT"] as const;
const VISIBLE = 1;

/** The devices of one interface with their present values. */
export class Inventory {
  readonly #descriptions = new Map<string, XmlRpcStruct>();
  readonly #values = new Map<string, Map<string, XmlRpcValue>>();
  readonly #names = new Map<string, string>();
  readonly #reportables: readonly Reportable[];
  readonly #radioModules: readonly XmlRpcStruct[];
  readonly #random: Random;
  /** Values that reports repeat instead of measuring, by address and parameter. */
  readonly #pins = new Map<string, XmlRpcValue>();
  #next = 0;

  constructor({
    devices,
    radioModules,
    emptyChildren,
    random,
  }: {
    devices: readonly SimulatedDevice[];
    radioModules: readonly XmlRpcStruct[];
    emptyChildren: XmlRpcValue;
    random: Random;
  }) {
    this.#random = random;
    this.#radioModules = radioModules;
    for (const device of devices) {
      this.#descriptions.set(device.address, describeDevice(device));
      this.#names.set(device.address, device.name);
      for (const [index, channel] of device.channels.entries()) {
        const address = channelAddress(device, index);
        this.#descriptions.set(address, describeChannel({ device, index, channel, emptyChildren }));
        this.#values.set(address, new Map(Object.entries(channel.values ?? {})));
      }
    }
    this.#reportables = devices.flatMap(reportablesOf);
    for (const reportable of this.#reportables) this.#renew(reportable);
  }

  /** Devices and channels, as `listDevices` and `newDevices` show them. */
  get descriptions(): readonly XmlRpcStruct[] {
    return [...this.#descriptions.values()];
  }

  get radioModules(): readonly XmlRpcStruct[] {
    return this.#radioModules;
  }

  describe(address: string): XmlRpcStruct | undefined {
    return this.#descriptions.get(address);
  }

  nameOf(address: string): string | undefined {
    return this.#names.get(address);
  }

  /** The present values of a channel by parameter; undefined for what is no channel. */
  values(address: string): ReadonlyMap<string, XmlRpcValue> | undefined {
    return this.#values.get(address);
  }

  /** What is wrong with the devices at present. */
  serviceMessages(): readonly DeviceEvent[] {
    return [...this.#values].flatMap(([address, values]) =>
      SERVICE_PARAMETERS.filter((parameter) => values.get(parameter) === true).map((parameter) => ({ address, parameter, value: true })),
    );
  }

  /** Remembers what an event says; one about something that is not ours changes nothing. */
  apply({ address, parameter, value }: DeviceEvent): void {
    this.#values.get(address)?.set(parameter, value);
    const radioModule = this.#radioModules.find(({ ADDRESS }) => ADDRESS === address);
    if (radioModule !== undefined) radioModule[parameter] = value;
  }

  /** From now on reports carry this value, or with null what is measured; returns the first such report. */
  pin({ address, parameter, percent }: { address: string; parameter: string; percent: number | null }): readonly DeviceEvent[] {
    if (percent === null) this.#pins.delete(pinKey(address, parameter));
    else this.#pins.set(pinKey(address, parameter), new XmlRpcDouble(percent));
    return this.#reportables.filter((each) => each.address === address && each.parameter === parameter).map((each) => this.#renew(each));
  }

  /** The next report of a device: all values that it measures; nothing while it cannot be reached. */
  report(device: SimulatedDevice): readonly DeviceEvent[] {
    if (this.#values.get(channelAddress(device, 0))?.get("UNREACH") === true) return [];
    return reportablesOf(device).map((reportable) => this.#renew(reportable));
  }

  /** So many values at once, taken from all devices in turn. */
  burst(count: number): readonly DeviceEvent[] {
    const events: DeviceEvent[] = [];
    for (let left = this.#reportables.length === 0 ? 0 : count; left > 0; left -= 1) {
      const reportable = this.#reportables[this.#next % this.#reportables.length];
      if (reportable !== undefined) events.push(this.#renew(reportable));
      this.#next += 1;
    }
    return events;
  }

  #renew({ address, parameter, sample }: Reportable): DeviceEvent {
    const value = this.#pins.get(pinKey(address, parameter)) ?? sample(this.#random, this.#values.get(address)?.get(parameter));
    const event = { address, parameter, value };
    this.apply(event);
    return event;
  }
}

function pinKey(address: string, parameter: string): string {
  return `${address}.${parameter}`;
}

function reportablesOf(device: SimulatedDevice): readonly Reportable[] {
  return device.channels.flatMap((channel, index) =>
    Object.entries(channel.reports ?? {}).map(([parameter, sample]) => ({ address: channelAddress(device, index), parameter, sample })),
  );
}

function channelAddress(device: SimulatedDevice, index: number): string {
  return `${device.address}:${index}`;
}

function describeDevice(device: SimulatedDevice): XmlRpcStruct {
  return {
    ADDRESS: device.address,
    CHILDREN: device.channels.map((_channel, index) => channelAddress(device, index)),
    FIRMWARE: device.firmware,
    FLAGS: VISIBLE,
    PARAMSETS: ["MASTER"],
    PARENT: "",
    TYPE: device.type,
    VERSION: 1,
  };
}

function describeChannel({
  device,
  index,
  channel,
  emptyChildren,
}: {
  device: SimulatedDevice;
  index: number;
  channel: SimulatedChannel;
  emptyChildren: XmlRpcValue;
}): XmlRpcStruct {
  return {
    ADDRESS: channelAddress(device, index),
    AES_ACTIVE: 0,
    CHILDREN: emptyChildren,
    DIRECTION: 1,
    FLAGS: VISIBLE,
    INDEX: index,
    LINK_SOURCE_ROLES: "",
    LINK_TARGET_ROLES: "",
    PARAMSETS: ["MASTER", "VALUES"],
    PARENT: device.address,
    PARENT_TYPE: device.type,
    TYPE: channel.type,
    VERSION: 1,
  };
}
