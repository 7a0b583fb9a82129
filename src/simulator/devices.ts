import { XmlRpcDouble, type XmlRpcValue } from "../xmlrpc/values.ts";
import type { SimulatedInterfaceName } from "./flavours.ts";
import type { DeviceRhythm } from "./rhythm.ts";
import { drift, integer, type Sample, toggle } from "./samples.ts";

export interface SimulatedChannel {
  readonly type: string;
  /** Values that stay until an event changes them. */
  readonly values?: Readonly<Record<string, XmlRpcValue>>;
  /** Values that each report of the device carries anew. */
  readonly reports?: Readonly<Record<string, Sample>>;
}

export interface SimulatedDevice {
  readonly address: string;
  readonly type: string;
  /** What the owner calls it. */
  readonly name: string;
  readonly firmware: string;
  readonly rhythm: DeviceRhythm;
  /** The index is the number of the channel. */
  readonly channels: readonly SimulatedChannel[];
}

const MAINS_HMIP: DeviceRhythm = { kind: "cycle", seconds: [120, 184] };
const BATTERY_HMIP: DeviceRhythm = { kind: "cycle", seconds: [150, 184] };
const BIDCOS_SENSOR: DeviceRhythm = { kind: "cycle", seconds: [140, 165] };
const RARELY: DeviceRhythm = { kind: "cycle", seconds: [900, 3600] };

const rssi = integer({ min: -85, max: -45 });

const hmipMaintenance: SimulatedChannel = {
  type: "MAINTENANCE",
  values: { UNREACH: false, CONFIG_PENDING: false, DUTY_CYCLE: false, UPDATE_PENDING: false },
  reports: { RSSI_DEVICE: rssi },
};

const hmipBatteryMaintenance: SimulatedChannel = {
  type: "MAINTENANCE",
  values: { ...hmipMaintenance.values, LOW_BAT: false },
  reports: { RSSI_DEVICE: rssi, OPERATING_VOLTAGE: drift({ min: 2.4, max: 3, step: 0.1 }) },
};

const bidcosMaintenance: SimulatedChannel = {
  type: "MAINTENANCE",
  values: { UNREACH: false, STICKY_UNREACH: false, CONFIG_PENDING: false, LOWBAT: false },
  reports: { RSSI_DEVICE: rssi },
};

const weakBattery: SimulatedChannel = { ...bidcosMaintenance, values: { ...bidcosMaintenance.values, LOWBAT: true } };

const wiredMaintenance: SimulatedChannel = {
  type: "MAINTENANCE",
  values: { UNREACH: false, STICKY_UNREACH: false, CONFIG_PENDING: false },
};

const roomTemperature = drift({ min: 18, max: 24, step: 0.1 });

const hmipThermostatChannel: SimulatedChannel = {
  type: "HEATING_CLIMATECONTROL_TRANSCEIVER",
  values: { SET_POINT_TEMPERATURE: new XmlRpcDouble(21), SET_POINT_MODE: 0, WINDOW_STATE: 0 },
  reports: { ACTUAL_TEMPERATURE: roomTemperature, HUMIDITY: integer({ min: 44, max: 58 }), LEVEL: drift({ min: 0, max: 0.6, step: 0.05 }) },
};

const hmipDevices: readonly SimulatedDevice[] = [
  {
    address: "000A1BE98C2A41",
    type: "HmIP-BWTH",
    name: "Wandthermostat Wohnzimmer",
    firmware: "2.6.4",
    rhythm: MAINS_HMIP,
    channels: [hmipMaintenance, hmipThermostatChannel],
  },
  {
    address: "000A1BE98C2B77",
    type: "HmIP-BWTH",
    name: "Wandthermostat Küche",
    firmware: "2.6.4",
    rhythm: MAINS_HMIP,
    channels: [hmipMaintenance, hmipThermostatChannel],
  },
  {
    address: "0001D3C99C6F0A",
    type: "HmIP-PSM",
    name: "Steckdose Kühlschrank",
    firmware: "2.22.10",
    rhythm: MAINS_HMIP,
    channels: [
      hmipMaintenance,
      { type: "KEY_TRANSCEIVER" },
      { type: "SWITCH_TRANSMITTER", reports: { STATE: toggle() } },
      { type: "SWITCH_VIRTUAL_RECEIVER", values: { STATE: true } },
      {
        type: "ENERGIE_METER_TRANSMITTER",
        values: { ENERGY_COUNTER: new XmlRpcDouble(48213.5) },
        reports: {
          POWER: drift({ min: 1.5, max: 92, step: 12.4 }),
          CURRENT: drift({ min: 20, max: 410, step: 60 }),
          VOLTAGE: drift({ min: 226, max: 234, step: 0.4 }),
          FREQUENCY: drift({ min: 49.95, max: 50.05, step: 0.01 }),
        },
      },
    ],
  },
  {
    address: "00201A498F5D1C",
    type: "HmIP-eTRV-2",
    name: "Heizkörper Schlafzimmer",
    firmware: "2.2.8",
    rhythm: BATTERY_HMIP,
    channels: [hmipBatteryMaintenance, hmipThermostatChannel],
  },
  {
    address: "0000D3C98F2E66",
    type: "HmIP-SWDO",
    name: "Fenster Büro",
    firmware: "1.16.8",
    rhythm: RARELY,
    channels: [hmipBatteryMaintenance, { type: "SHUTTER_CONTACT", reports: { STATE: integer({ min: 0, max: 1 }) } }],
  },
  {
    address: "0003DBE9A13F52",
    type: "HmIP-HAP",
    name: "Access Point Dachgeschoß",
    firmware: "2.2.18",
    rhythm: MAINS_HMIP,
    channels: [
      {
        type: "MAINTENANCE",
        values: { UNREACH: false, CONFIG_PENDING: false },
        reports: { DUTY_CYCLE_LEVEL: drift({ min: 0.5, max: 12, step: 0.5 }), CARRIER_SENSE_LEVEL: drift({ min: 0, max: 9, step: 0.5 }) },
      },
    ],
  },
];

const bidcosDevices: readonly SimulatedDevice[] = [
  {
    address: "OEQ0412358",
    type: "HM-CC-RT-DN",
    name: "Heizkörper Bad",
    firmware: "1.5",
    rhythm: BIDCOS_SENSOR,
    channels: [
      bidcosMaintenance,
      { type: "WEATHER_RECEIVER" },
      { type: "CLIMATECONTROL_RECEIVER" },
      { type: "WINDOW_SWITCH_RECEIVER" },
      {
        type: "CLIMATECONTROL_RT_TRANSCEIVER",
        values: { SET_TEMPERATURE: new XmlRpcDouble(22.5), CONTROL_MODE: 1, BATTERY_STATE: new XmlRpcDouble(2.7) },
        reports: { ACTUAL_TEMPERATURE: roomTemperature, VALVE_STATE: integer({ min: 0, max: 45 }) },
      },
    ],
  },
  {
    address: "NEQ1297331",
    type: "HM-WDS40-TH-I",
    name: "Außenfühler Nordseite",
    firmware: "1.1",
    rhythm: BIDCOS_SENSOR,
    channels: [
      bidcosMaintenance,
      { type: "WEATHER", reports: { TEMPERATURE: drift({ min: -2, max: 9, step: 0.2 }), HUMIDITY: integer({ min: 70, max: 95 }) } },
    ],
  },
  {
    address: "LEQ0573416",
    type: "HM-LC-Sw1-Pl",
    name: "Stehlampe Gästezimmer",
    firmware: "1.9",
    rhythm: RARELY,
    channels: [bidcosMaintenance, { type: "SWITCH", reports: { STATE: toggle() } }],
  },
  {
    address: "MEQ0721054",
    type: "HM-Sec-RHS",
    name: "Fenstergriff Gäste-WC",
    firmware: "2.2",
    rhythm: RARELY,
    channels: [weakBattery, { type: "ROTARY_HANDLE_SENSOR", reports: { STATE: integer({ min: 0, max: 2 }) } }],
  },
];

const wiredDevices: readonly SimulatedDevice[] = [
  {
    address: "KEQ0183920",
    type: "HMW-IO-12-Sw7-DR",
    name: "Verteiler Flur",
    firmware: "3.6",
    rhythm: RARELY,
    channels: [wiredMaintenance, { type: "KEY" }, { type: "SWITCH", reports: { STATE: toggle() } }],
  },
];

const virtualDevices: readonly SimulatedDevice[] = [
  {
    address: "INT0000001",
    type: "HM-CC-VG-1",
    name: "Heizgruppe Küche",
    firmware: "",
    rhythm: BATTERY_HMIP,
    channels: [
      { type: "MAINTENANCE", values: { UNREACH: false, CONFIG_PENDING: false } },
      {
        type: "CLIMATECONTROL_RT_TRANSCEIVER",
        values: { SET_TEMPERATURE: new XmlRpcDouble(20) },
        reports: { ACTUAL_TEMPERATURE: roomTemperature },
      },
    ],
  },
];

const cuxdDevices: readonly SimulatedDevice[] = [
  {
    address: "CUX2801001",
    type: "HM-Sen-Wa-Od",
    name: "Zisterne",
    firmware: "",
    rhythm: RARELY,
    channels: [
      { type: "MAINTENANCE", values: { UNREACH: false } },
      { type: "CAPACITIVE_FILLING_LEVEL_SENSOR", reports: { FILLING_LEVEL: integer({ min: 30, max: 90 }) } },
    ],
  },
];

export const DEVICES: Readonly<Record<SimulatedInterfaceName, readonly SimulatedDevice[]>> = {
  "BidCos-RF": bidcosDevices,
  "BidCos-Wired": wiredDevices,
  "HmIP-RF": hmipDevices,
  VirtualDevices: virtualDevices,
  CUxD: cuxdDevices,
  Homegear: bidcosDevices,
};
