import { isoTime } from "../base/iso-time.ts";
import { CAUSES, causeMessage } from "../diagnosis/causes.ts";
import { RANKED_CAUSES } from "../diagnosis/diagnose.ts";
import type { ActiveCause } from "../diagnosis/diagnosis.ts";
import type { CcuReadings } from "./ccu-readings.ts";
import { FlapRule } from "./flap-rule.ts";
import type { SensorRow } from "./hub-sensor.ts";
import type { HubDetailedValue, HubMetricValue, HubScalar } from "./hub-sensor-sink.ts";
import { LastEventRule } from "./last-event-rule.ts";
import { latencyRule, levelRule, numberOf, type PublishingRule, rateRule, scalarOf } from "./publishing-rules.ts";
import type { Counted, InterfaceReadings } from "./readings.ts";

type Row<Readings> = SensorRow<Readings>;
type RuleFactory = Row<never>["rule"];

/** A message of the protocol holds so many texts in a list. */
const LONGEST_LIST = 100;

const stateRule =
  (badness: (value: HubMetricValue) => number): RuleFactory =>
  ({ clock }): PublishingRule =>
    new FlapRule({ clock, badness });

const lastEventRule: RuleFactory = ({ clock }) => new LastEventRule({ clock });
const healthRule: RuleFactory = stateRule((value) => 100 - (numberOf(value) ?? 100));
const countRule: RuleFactory = stateRule((value) => numberOf(value) ?? 0);
const problemRule: RuleFactory = (parts) => new FlapRule({ ...parts, badness: (value) => (scalarOf(value) === true ? 1 : 0) });
const connectedRule: RuleFactory = stateRule(rankIn([true, null, false]));
const statusRule: RuleFactory = stateRule(rankIn(["degraded", "critical"]));
const causeRule: RuleFactory = stateRule(rankIn(RANKED_CAUSES.toReversed()));

/** What a CCU has beside its three headline sensors. */
export const CCU_SENSORS: readonly Row<CcuReadings>[] = [
  { key: "last_event", topics: ["event"], read: ({ lastEventMs }) => timeOrNull(lastEventMs), rule: lastEventRule },
  { key: "status", topics: ["diagnosis"], read: ({ status }) => status, rule: statusRule },
  { key: "problem", topics: ["diagnosis"], read: ({ problem }) => problem, rule: problemRule },
  {
    key: "cause",
    topics: ["diagnosis"],
    read: ({ cause, isKnown }) => causeValue(cause, isKnown, cause === null ? {} : { interface: cause.interfaceName }),
    rule: causeRule,
  },
  { key: "connected", topics: ["diagnosis"], read: ({ connected }) => connected, rule: connectedRule },
  { key: "duty_cycle", topics: ["signals", "levels"], read: ({ dutyCycle }) => listed(dutyCycle, "modules"), rule: levelRule },
  { key: "carrier_sense", topics: ["signals", "levels"], read: ({ carrierSense }) => listed(carrierSense, "modules"), rule: levelRule },
  { key: "events_per_minute", topics: ["signals"], read: ({ eventsPerMinute }) => tenths(eventsPerMinute), rule: rateRule },
  {
    key: "unreachable_devices",
    topics: ["signals", "services"],
    read: ({ unreachableDevices }) => listed(unreachableDevices, "devices"),
    rule: countRule,
  },
  {
    key: "service_messages",
    topics: ["signals", "services"],
    read: ({ serviceMessages }) => listed(serviceMessages, "messages"),
    rule: countRule,
  },
  { key: "low_batteries", topics: ["signals", "services"], read: ({ lowBatteries }) => listed(lowBatteries, "devices"), rule: countRule },
];

export const INTERFACE_SENSORS: readonly Row<InterfaceReadings>[] = [
  { key: "connected", topics: ["diagnosis"], read: ({ diagnosis }) => diagnosis.connected, rule: connectedRule },
  {
    key: "health",
    topics: ["diagnosis"],
    read: ({ diagnosis: { score } }) => (score === null ? null : tenths(score * 100)),
    rule: healthRule,
  },
  {
    key: "cause",
    topics: ["diagnosis"],
    read: ({ diagnosis: { causes, score } }) => causeValue(causes[0] ?? null, score !== null, {}),
    rule: causeRule,
  },
  { key: "connection_latency", topics: ["latency"], read: ({ latency }) => tenths(latency.avgMs), rule: latencyRule },
  { key: "latency_p95", topics: ["latency"], read: ({ latency }) => tenths(latency.p95Ms), rule: latencyRule },
  { key: "last_event", topics: ["event"], read: ({ lastEventMs }) => timeOrNull(lastEventMs), rule: lastEventRule },
  { key: "events_per_minute", topics: ["signals"], read: ({ eventsPerMinute }) => tenths(eventsPerMinute), rule: rateRule },
  { key: "duty_cycle", topics: ["signals", "levels"], read: ({ dutyCycle }) => listed(dutyCycle, "modules"), rule: levelRule },
  { key: "carrier_sense", topics: ["signals", "levels"], read: ({ carrierSense }) => listed(carrierSense, "modules"), rule: levelRule },
  {
    key: "unreachable_devices",
    topics: ["signals", "services"],
    read: ({ unreachableDevices }) => listed(unreachableDevices, "devices"),
    rule: countRule,
  },
  {
    key: "service_messages",
    topics: ["signals", "services"],
    read: ({ serviceMessages }) => listed(serviceMessages, "messages"),
    rule: countRule,
  },
];

/** The later in the list, the worse; what is not listed is best of all. */
function rankIn(values: readonly HubScalar[]): (value: HubMetricValue) => number {
  return (value) => values.indexOf(scalarOf(value)) + 1;
}

function timeOrNull(wallMs: number | null): string | null {
  return wallMs === null ? null : isoTime(wallMs);
}

function tenths(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10;
}

function listed(counted: Counted | undefined, name: "modules" | "devices" | "messages"): HubDetailedValue | undefined {
  return counted && { value: tenths(counted.value), details: { [name]: counted.list.slice(0, LONGEST_LIST) } };
}

function causeValue(cause: ActiveCause | null, isKnown: boolean, more: HubDetailedValue["details"]): HubMetricValue {
  if (cause === null) return isKnown ? "none" : null;
  const { code, sinceMs, facts } = cause;
  const since = isoTime(sinceMs);
  return { value: code, details: { message: causeMessage(code, facts), remedy: CAUSES[code].remedy, since, ...more } };
}
