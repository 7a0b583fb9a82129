import type { LocalText } from "../base/local-text.ts";
import { CAUSE_CODES } from "../diagnosis/cause-codes.ts";
import type { CCU_METRICS, HubDevice, INTERFACE_METRICS } from "../hub/hub-sensor-sink.ts";
import type { KnownCcu } from "./known-state.ts";

type Platform = "sensor" | "binary_sensor" | "event";

/** What an entity is, apart from its value; the companion has the same in `translations/`, `icons.json` and its entity descriptions. */
export interface EntitySpec {
  readonly platform: Platform;
  readonly name: LocalText;
  readonly isDiagnostic: boolean;
  readonly isEnabled: boolean;
  readonly deviceClass: string | null;
  readonly hasStatistics: boolean;
  /** Words are in a language, symbols in all. */
  readonly unit: string | LocalText | null;
  readonly precision: number | null;
  /** Every value that an enum sensor can have. */
  readonly options: readonly string[] | null;
}

type CcuMetric = (typeof CCU_METRICS)[number];
type InterfaceMetric = (typeof INTERFACE_METRICS)[number];
type SpecTable<Key extends string> = Readonly<Record<Key, EntitySpec>>;

const PLAIN: Omit<EntitySpec, "name"> = {
  platform: "sensor",
  isDiagnostic: true,
  isEnabled: true,
  deviceClass: null,
  hasStatistics: false,
  unit: null,
  precision: null,
  options: null,
};
const NUMBER = { ...PLAIN, hasStatistics: true, precision: 0 };
const PERCENT = { ...NUMBER, unit: "%" };
const LATENCY = { ...NUMBER, deviceClass: "duration", unit: "ms" };
const ENUM = { ...PLAIN, deviceClass: "enum" };
const HEADLINE = { isDiagnostic: false };
const RARE = { isEnabled: false };

const CAUSE: EntitySpec = { ...ENUM, name: { en: "Cause", de: "Ursache" }, options: ["none", ...CAUSE_CODES] };
const CONNECTED: EntitySpec = {
  ...PLAIN,
  platform: "binary_sensor",
  deviceClass: "connectivity",
  name: { en: "Connected", de: "Verbunden" },
};
const CONNECTION_LATENCY: EntitySpec = { ...LATENCY, name: { en: "Connection latency", de: "Verbindungslatenz" } };
const LAST_EVENT: EntitySpec = { ...PLAIN, deviceClass: "timestamp", name: { en: "Last event", de: "Letztes Ereignis" } };
const EVENTS_PER_MINUTE: EntitySpec = {
  ...NUMBER,
  ...RARE,
  unit: { en: "events/min", de: "Ereignisse/min" },
  precision: 1,
  name: { en: "Events per minute", de: "Ereignisse pro Minute" },
};
const DUTY_CYCLE: EntitySpec = { ...PERCENT, name: { en: "Duty cycle", de: "Duty Cycle" } };
const CARRIER_SENSE: EntitySpec = { ...PERCENT, ...RARE, name: { en: "Carrier sense", de: "Carrier Sense" } };
const UNREACHABLE_DEVICES: EntitySpec = {
  ...NUMBER,
  unit: { en: "devices", de: "Geräte" },
  name: { en: "Unreachable devices", de: "Nicht erreichbare Geräte" },
};
const SERVICE_MESSAGES: EntitySpec = {
  ...NUMBER,
  unit: { en: "messages", de: "Meldungen" },
  name: { en: "Service messages", de: "Servicemeldungen" },
};

export const CCU_ENTITIES: SpecTable<CcuMetric> = {
  system_health: { ...PERCENT, ...HEADLINE, name: { en: "System health", de: "Systemzustand" } },
  connection_latency: { ...CONNECTION_LATENCY, ...HEADLINE },
  last_event_age: {
    ...NUMBER,
    ...HEADLINE,
    deviceClass: "duration",
    unit: "s",
    name: { en: "Last event age", de: "Alter des letzten Ereignisses" },
  },
  last_event: LAST_EVENT,
  status: { ...ENUM, ...HEADLINE, name: { en: "Status", de: "Status" }, options: ["ok", "degraded", "critical"] },
  problem: { ...PLAIN, ...HEADLINE, platform: "binary_sensor", deviceClass: "problem", name: { en: "Problem", de: "Problem" } },
  cause: CAUSE,
  connected: { ...CONNECTED, ...HEADLINE },
  duty_cycle: DUTY_CYCLE,
  carrier_sense: CARRIER_SENSE,
  events_per_minute: EVENTS_PER_MINUTE,
  unreachable_devices: UNREACHABLE_DEVICES,
  service_messages: SERVICE_MESSAGES,
  low_batteries: { ...NUMBER, unit: { en: "batteries", de: "Batterien" }, name: { en: "Low batteries", de: "Schwache Batterien" } },
};

export const INTERFACE_ENTITIES: SpecTable<InterfaceMetric> = {
  connected: CONNECTED,
  health: { ...PERCENT, name: { en: "Health", de: "Zustand" } },
  cause: CAUSE,
  connection_latency: { ...CONNECTION_LATENCY, ...RARE },
  latency_p95: { ...LATENCY, ...RARE, name: { en: "Latency p95", de: "Latenz p95" } },
  last_event: { ...LAST_EVENT, ...RARE },
  events_per_minute: EVENTS_PER_MINUTE,
  duty_cycle: DUTY_CYCLE,
  carrier_sense: CARRIER_SENSE,
  unreachable_devices: { ...UNREACHABLE_DEVICES, ...RARE },
  service_messages: { ...SERVICE_MESSAGES, ...RARE },
};

/** What happens at a CCU. */
export const INCIDENT: EntitySpec = { ...PLAIN, ...HEADLINE, platform: "event", name: { en: "Incident", de: "Vorfall" } };

/** Whether the add-on is there; belongs to the device of the add-on itself. */
export const ADD_ON_CONNECTION: EntitySpec = { ...CONNECTED, name: { en: "Add-on connection", de: "Add-on-Verbindung" } };

/** Id of the device that stands for the add-on; no CCU can have it. */
export const SERVICE_DEVICE_ID = ":app";
export const SERVICE_UNIQUE_ID = "add-on-connection";

/** The entities that a device of this kind can have, by metric key. */
export function entitiesOf(kind: HubDevice["kind"]): ReadonlyMap<string, EntitySpec> {
  return kind === "ccu" ? CCU_MAP : INTERFACE_MAP;
}

const CCU_MAP: ReadonlyMap<string, EntitySpec> = new Map(Object.entries(CCU_ENTITIES));
const INTERFACE_MAP: ReadonlyMap<string, EntitySpec> = new Map(Object.entries(INTERFACE_ENTITIES));

/** The name of an interface on its CCU; its device is called differently. */
export function interfaceName({ id, ccuId }: { readonly id: string; readonly ccuId: string }): string {
  return id.slice(ccuId.length + 1);
}

/** The unique id of an entity, the same for every way into Home Assistant. */
export function uniqueId(device: HubDevice, key: string): string {
  const owner = device.kind === "ccu" ? `${device.id}_hub` : `${device.ccuId}_${interfaceName(device)}`;
  return `${owner}_${key.replaceAll("_", "-")}`;
}

/** The unique id of the event entity of a CCU. */
export function incidentUniqueId(ccuId: string): string {
  return `${ccuId}_hub_incident`;
}

/** The unique ids of all entities that these devices have. */
export function expectedUniqueIds(ccus: readonly KnownCcu[]): ReadonlySet<string> {
  const ids = new Set([SERVICE_UNIQUE_ID]);
  for (const ccu of ccus) {
    ids.add(incidentUniqueId(ccu.device.id));
    for (const { device, values } of [ccu, ...ccu.interfaces]) {
      for (const key of Object.keys(values)) if (entitiesOf(device.kind).has(key)) ids.add(uniqueId(device, key));
    }
  }
  return ids;
}
