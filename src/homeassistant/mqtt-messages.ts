import type { Language } from "../base/local-text.ts";
import type { HubDevice, HubMetricValues, HubScalar } from "../hub/hub-sensor-sink.ts";
import { HUB_EVENT_TYPES } from "../hub/hub-sensor-sink.ts";
import { scalarOf, wireCause, wireDetails } from "./companion-values.ts";
import {
  ADD_ON_CONNECTION,
  type EntitySpec,
  entitiesOf,
  INCIDENT,
  incidentUniqueId,
  interfaceName,
  SERVICE_DEVICE_ID,
  SERVICE_UNIQUE_ID,
  uniqueId,
} from "./entity-table.ts";
import type { KnownDevice } from "./known-state.ts";
import { MQTT_PREFIX, mqttId } from "./mqtt-ids.ts";
import type { EntitySettings } from "./route-memory.ts";

/** After this time without a message an entity is unavailable, since a broker does not notice that the add-on is gone. */
export const EXPIRE_AFTER_S = 180;
export const ONLINE = "online";
export const OFFLINE = "offline";

/** Under which Home Assistant listens for devices and says that it is there, unless the user changed it. */
const DISCOVERY_PREFIX = "homeassistant";
export const BIRTH_TOPIC = "homeassistant/status";
/** Of the add-on; everything is unavailable while it is `offline`. */
export const STATUS_TOPIC = "homematic_vitals/status";

const SERVICE_NAME = "Homematic Vitals";
const SUPPORT_URL = "https://github.com/homematic-vitals/homematic-vitals";
/** Lists that change while their count stays the same would fill the recorder, which keeps every attribute of an MQTT entity. */
const RECORDED_DETAILS: ReadonlySet<string> = new Set(["cause", "unreachable_devices", "service_messages", "low_batteries"]);
/** The recorder drops attributes of more than 16 KB. */
const MAX_LIST = 50;
const MAX_TEXT = 120;

export interface MqttDialect {
  /** Of names and units: Home Assistant's own, as the companion has it. With another unit the statistics of an entity would end. */
  readonly language: Language;
  readonly version: string;
  /** What the user had changed about the entity on another route. */
  settingsOf(uniqueId: string): EntitySettings | undefined;
}

export const configTopic = (deviceId: string): string => `${DISCOVERY_PREFIX}/device/${mqttId(deviceId)}/config`;
export const stateTopic = (deviceId: string): string => `homematic_vitals/${mqttId(deviceId)}/state`;
export const eventTopic = (ccuId: string): string => `homematic_vitals/${mqttId(ccuId)}/event`;

/** Everything that Home Assistant needs to make the device and its entities. */
export function deviceConfig({ device, values }: KnownDevice, ccuName: string, dialect: MqttDialect): object {
  const specs = [...entitiesOf(device.kind)];
  const components = Object.fromEntries(
    specs.map(([key, spec]) => [componentId(key), key in values ? valueComponent(device, key, spec, dialect) : absent(spec)]),
  );
  const incident = device.kind === "ccu" ? { incident: incidentComponent(device.id, dialect) } : {};
  return {
    device: {
      identifiers: [mqttId(device.id)],
      name: device.kind === "ccu" ? device.name : `${ccuName} ${interfaceName(device)}`,
      ...(device.model === null ? {} : { model: device.model }),
      ...(device.firmware === null ? {} : { sw_version: device.firmware }),
      via_device: mqttId(device.kind === "ccu" ? SERVICE_DEVICE_ID : device.ccuId),
    },
    origin: origin(dialect),
    availability_topic: STATUS_TOPIC,
    state_topic: stateTopic(device.id),
    qos: 1,
    components: { ...components, ...incident },
  };
}

/** The device of the add-on itself. Its entity is never unavailable; without a message it turns off. */
export function serviceConfig(dialect: MqttDialect): object {
  return {
    device: { identifiers: [mqttId(SERVICE_DEVICE_ID)], name: SERVICE_NAME, sw_version: dialect.version },
    origin: origin(dialect),
    qos: 1,
    components: {
      [SERVICE_UNIQUE_ID]: {
        ...described(SERVICE_UNIQUE_ID, ADD_ON_CONNECTION, dialect),
        state_topic: STATUS_TOPIC,
        payload_on: ONLINE,
        payload_off: OFFLINE,
        off_delay: EXPIRE_AFTER_S,
      },
    },
  };
}

/** All values of a device in one message. */
export function statePayload({ values }: KnownDevice, language: Language): string {
  const entries = Object.entries(values).map(([key, value]) => [key, payloadOf(key, scalarOf(value))]);
  return JSON.stringify({ values: Object.fromEntries(entries), details: recordedDetails(values, language) });
}

function valueComponent(device: HubDevice, key: string, spec: EntitySpec, dialect: MqttDialect): object {
  const unit = spec.unit && (typeof spec.unit === "string" ? spec.unit : spec.unit[dialect.language]);
  const { precision, options, hasStatistics } = spec;
  return {
    ...described(uniqueId(device, key), spec, dialect),
    value_template: `{{ value_json['values']['${key}'] }}`,
    expire_after: EXPIRE_AFTER_S,
    ...(hasStatistics ? { state_class: "measurement" } : {}),
    ...(unit === null ? {} : { unit_of_measurement: unit }),
    ...(precision === null ? {} : { suggested_display_precision: precision }),
    ...(options === null ? {} : { options }),
    ...(RECORDED_DETAILS.has(key)
      ? { json_attributes_topic: stateTopic(device.id), json_attributes_template: `{{ value_json['details'].get('${key}', {}) | tojson }}` }
      : {}),
  };
}

function incidentComponent(ccuId: string, dialect: MqttDialect): object {
  return {
    ...described(incidentUniqueId(ccuId), INCIDENT, dialect),
    state_topic: eventTopic(ccuId),
    event_types: HUB_EVENT_TYPES,
  };
}

function described(ownId: string, spec: EntitySpec, { language, settingsOf }: MqttDialect): object {
  const before = settingsOf(ownId);
  const isEnabled = before === undefined || before.enabled === "default" ? spec.isEnabled : before.enabled === "yes";
  return {
    platform: spec.platform,
    unique_id: MQTT_PREFIX + ownId,
    name: spec.name[language],
    ...(spec.deviceClass === null ? {} : { device_class: spec.deviceClass }),
    ...(spec.isDiagnostic ? { entity_category: "diagnostic" } : {}),
    ...(isEnabled ? {} : { enabled_by_default: false }),
    ...(before === undefined ? {} : { default_entity_id: before.entityId }),
  };
}

/** A component that is nothing but its platform is removed, if there was one. */
function absent({ platform }: EntitySpec): object {
  return { platform };
}

function componentId(key: string): string {
  return key.replaceAll("_", "-");
}

function origin({ version }: MqttDialect): object {
  return { name: SERVICE_NAME, sw_version: version, support_url: SUPPORT_URL };
}

/** As Home Assistant's templates print it: `null` becomes `None`, which it takes for "unknown". */
function payloadOf(key: string, value: HubScalar): HubScalar {
  if (typeof value === "boolean") return value ? "ON" : "OFF";
  // Home Assistant has its own word for it.
  if (key === "status" && value === "unknown") return null;
  return key === "cause" ? wireCause(value) : value;
}

function recordedDetails(values: HubMetricValues, language: Language): Readonly<Record<string, object>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => {
      if (!RECORDED_DETAILS.has(key) || typeof value !== "object" || value === null) return [];
      const details = Object.entries(wireDetails(value.details, language));
      return [[key, Object.fromEntries(details.map(([name, detail]) => [name, shortened(detail)]))]];
    }),
  );
}

function shortened<Detail>(detail: Detail): Detail | readonly string[] {
  return Array.isArray(detail) ? detail.slice(0, MAX_LIST).map((text: string) => text.slice(0, MAX_TEXT)) : detail;
}
