import type { SimulatedChannel, SimulatedDevice } from "./devices.ts";
import { isInterfaceName, type SimulatedInterfaceName } from "./flavours.ts";
import type { SimulatedInterfaceOptions } from "./interface.ts";
import { type DeviceRhythm, timetables } from "./rhythm.ts";
import { drift, integer, toggle } from "./samples.ts";

/**
 * The shapes of homes.
 * - `battery`: BidCos without anything on mains; silent at night and on holiday but for a sign of life a day.
 * - `mains`: HmIP, most of it on mains and therefore heard every two to three minutes.
 * - `mixed`: half of each, with heating groups.
 */
export type HouseholdKind = "battery" | "mains" | "mixed";

interface Kind {
  readonly count: number;
  readonly type: string;
  readonly name: string;
  readonly rhythm: DeviceRhythm;
  readonly channel: SimulatedChannel;
}

const RADIO_LOSS_PERCENT = 1;

const cycle = (min: number, max: number): DeviceRhythm => ({ kind: "cycle", seconds: [min, max], lossPercent: RADIO_LOSS_PERCENT });
const use = (perDay: number): DeviceRhythm => ({ kind: "use", perDay });

const MAINS: DeviceRhythm = cycle(120, 184);
const SIGN_OF_LIFE: DeviceRhythm = cycle(20 * 3_600, 28 * 3_600);

const contact: SimulatedChannel = { type: "SHUTTER_CONTACT", reports: { STATE: toggle() } };
const key: SimulatedChannel = { type: "KEY", reports: { PRESS_SHORT: toggle() } };
const motion: SimulatedChannel = { type: "MOTION_DETECTOR", reports: { MOTION: toggle(), BRIGHTNESS: integer({ min: 10, max: 220 }) } };
const smoke: SimulatedChannel = { type: "SMOKE_DETECTOR", reports: { STATE: integer({ min: 0, max: 0 }) } };
const thermostat: SimulatedChannel = {
  type: "CLIMATECONTROL_RT_TRANSCEIVER",
  reports: { ACTUAL_TEMPERATURE: drift({ min: 18, max: 24, step: 0.1 }) },
};
const meter: SimulatedChannel = { type: "ENERGIE_METER_TRANSMITTER", reports: { POWER: drift({ min: 0, max: 120, step: 8 }) } };

const HOUSEHOLDS: Readonly<Record<HouseholdKind, Readonly<Partial<Record<SimulatedInterfaceName, readonly Kind[]>>>>> = {
  battery: {
    "BidCos-RF": [
      { count: 12, type: "HM-Sec-SC-2", name: "Fenster", rhythm: use(5), channel: contact },
      { count: 4, type: "HM-PB-2-WM55-2", name: "Wandtaster", rhythm: use(8), channel: key },
      { count: 2, type: "HM-Sec-MDIR-2", name: "Bewegungsmelder", rhythm: use(40), channel: motion },
      { count: 4, type: "HM-Sec-SD-2", name: "Rauchmelder", rhythm: SIGN_OF_LIFE, channel: smoke },
    ],
  },
  mains: {
    "HmIP-RF": [
      { count: 12, type: "HmIP-PSM-2", name: "Steckdose", rhythm: MAINS, channel: meter },
      { count: 6, type: "HmIP-BWTH", name: "Wandthermostat", rhythm: MAINS, channel: thermostat },
      { count: 6, type: "HmIP-SWDO", name: "Fenster", rhythm: use(6), channel: contact },
      { count: 4, type: "HmIP-WRC2", name: "Wandtaster", rhythm: use(8), channel: key },
      { count: 2, type: "HmIP-SMI", name: "Bewegungsmelder", rhythm: use(40), channel: motion },
    ],
  },
  mixed: {
    "BidCos-RF": [
      { count: 4, type: "HM-CC-RT-DN", name: "Heizkörper", rhythm: cycle(140, 165), channel: thermostat },
      { count: 8, type: "HM-Sec-SC-2", name: "Fenster", rhythm: use(5), channel: contact },
      { count: 3, type: "HM-PB-2-WM55-2", name: "Wandtaster", rhythm: use(8), channel: key },
    ],
    "HmIP-RF": [
      { count: 5, type: "HmIP-PSM-2", name: "Steckdose", rhythm: MAINS, channel: meter },
      { count: 4, type: "HmIP-eTRV-2", name: "Heizkörper", rhythm: cycle(150, 184), channel: thermostat },
      { count: 6, type: "HmIP-SWDO", name: "Fenster", rhythm: use(6), channel: contact },
    ],
    VirtualDevices: [{ count: 2, type: "HM-CC-VG-1", name: "Heizgruppe", rhythm: cycle(150, 184), channel: thermostat }],
  },
};

const HMIP_MAINTENANCE: SimulatedChannel = { type: "MAINTENANCE", values: { UNREACH: false, LOW_BAT: false, CONFIG_PENDING: false } };
const BIDCOS_MAINTENANCE: SimulatedChannel = {
  type: "MAINTENANCE",
  values: { UNREACH: false, STICKY_UNREACH: false, LOWBAT: false, CONFIG_PENDING: false },
};

/** The interfaces of a home with their devices, as a simulated CCU takes them. */
export function household(kind: HouseholdKind): readonly SimulatedInterfaceOptions[] {
  return interfacesOf(kind).map(([name, kinds]) => ({ name, devices: devicesOf(name, kinds) }));
}

/** A moment in which a device is heard. */
export interface HeardDevice {
  /** Wall time. */
  readonly atMs: number;
  readonly interface: SimulatedInterfaceName;
  readonly device: SimulatedDevice;
}

/**
 * When the devices of an interface are heard, in order and without a clock: a month takes a fraction of a second.
 * The same moments in which a simulated CCU with this seed reports from a first registration at `fromMs` on.
 */
export function* heardDevices({
  interface: { name, devices = [] },
  seed,
  fromMs,
  toMs,
}: {
  interface: SimulatedInterfaceOptions;
  seed: number;
  /** Wall time; the rhythm of day and night and the holidays follow it. */
  fromMs: number;
  toMs: number;
}): Generator<HeardDevice> {
  const tables = timetables(
    devices.map(({ rhythm }) => rhythm),
    { seed, scale: 1 },
  );
  const waiting = tables.map((timetable, index) => ({ timetable, device: devices[index], atMs: fromMs + timetable.firstMs(fromMs) }));
  for (;;) {
    let next = waiting[0];
    for (const each of waiting) if (next === undefined || each.atMs < next.atMs) next = each;
    if (next?.device === undefined || next.atMs > toMs) return;
    yield { atMs: next.atMs, interface: name, device: next.device };
    next.atMs += next.timetable.nextMs(next.atMs);
  }
}

function interfacesOf(kind: HouseholdKind): readonly (readonly [SimulatedInterfaceName, readonly Kind[]])[] {
  return Object.entries(HOUSEHOLDS[kind]).flatMap(([name, kinds]) => (isInterfaceName(name) ? [[name, kinds] as const] : []));
}

function devicesOf(owner: SimulatedInterfaceName, kinds: readonly Kind[]): readonly SimulatedDevice[] {
  const isBidCos = owner === "BidCos-RF";
  return kinds.flatMap(({ count, type, name, rhythm, channel }, kindIndex) =>
    Array.from({ length: count }, (_, index): SimulatedDevice => {
      const number = kindIndex * 100 + index + 1;
      return {
        address: isBidCos ? `NEQ${String(number).padStart(7, "0")}` : `0001D3C99C${String(number).padStart(4, "0")}`,
        type,
        name: `${name} ${index + 1}`,
        firmware: "1.0",
        rhythm,
        channels: [isBidCos ? BIDCOS_MAINTENANCE : HMIP_MAINTENANCE, channel],
      };
    }),
  );
}
