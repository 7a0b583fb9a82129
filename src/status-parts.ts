import { METRIC_NAMES } from "./ccu/metric-names.ts";
import type { CentralUnit } from "./central/central-unit.ts";
import { CAUSES, causeMessage } from "./diagnosis/causes.ts";
import type { LocatedCause } from "./hub/ccu-readings.ts";
import type { HmMetricsSensor } from "./hub/hm-metrics-sensor.ts";
import type { Counted, InterfaceReadings } from "./hub/readings.ts";
import type { MetricsObserver } from "./metrics/observer.ts";
import type { CauseStatus, CcuStatus, CountedStatus, InterfaceStatus, MetricsStatus, SensorStatus, SignalsStatus } from "./web/status.ts";

type Signals = Pick<
  InterfaceReadings,
  "lastEventMs" | "eventsPerMinute" | "dutyCycle" | "carrierSense" | "unreachableDevices" | "serviceMessages" | "lowBatteries"
>;

export function causeStatus({ code, sinceMs, facts, interfaceName }: LocatedCause): CauseStatus {
  const { severity, remedy } = CAUSES[code];
  return {
    code,
    severity,
    since: new Date(sinceMs).toISOString(),
    interface: interfaceName,
    message: causeMessage(code, facts),
    remedy,
  };
}

export function sensorsStatus(hub: CentralUnit["hub"]): CcuStatus["sensors"] {
  return {
    systemHealth: sensorStatus(hub?.sensors.systemHealth, "%"),
    connectionLatency: sensorStatus(hub?.sensors.connectionLatency, "ms"),
    lastEventAge: sensorStatus(hub?.sensors.lastEventAge, "s"),
  };
}

export function signalsStatus(signals: Signals): SignalsStatus {
  const counted = (value: Counted | undefined): CountedStatus | null => value ?? null;
  return {
    lastEvent: signals.lastEventMs === null ? null : new Date(signals.lastEventMs).toISOString(),
    eventsPerMinute: signals.eventsPerMinute,
    dutyCycle: counted(signals.dutyCycle),
    carrierSense: counted(signals.carrierSense),
    unreachableDevices: counted(signals.unreachableDevices),
    serviceMessages: counted(signals.serviceMessages),
    lowBatteries: counted(signals.lowBatteries),
  };
}

/** From a ping to its pong, of late. */
export function roundTripStatus(interfaceName: string, metrics: MetricsObserver): InterfaceStatus["latency"] {
  const recent = metrics.getAggregatedLatency({ pattern: `${METRIC_NAMES.roundTrip.source}:${interfaceName}` })?.recent;
  return { avgMs: recent?.avgMs ?? null, p50Ms: recent?.p50Ms ?? null, p95Ms: recent?.p95Ms ?? null, timeouts: recent?.timeouts ?? 0 };
}

export function durationsStatus(interfaceName: string, metrics: MetricsObserver): InterfaceStatus["durations"] {
  const { roundTrip, call } = METRIC_NAMES;
  return {
    roundTrip: metrics.getAggregatedHistogram({ pattern: `${roundTrip.source}:${interfaceName}` }),
    rpc: metrics.getAggregatedHistogram({ pattern: `${call.source}:${interfaceName}` }),
  };
}

export function metricsStatus(metrics: MetricsObserver): MetricsStatus {
  const { takenAt, latency, counters, gauges, health } = metrics.snapshot();
  return {
    takenAt: takenAt.toISOString(),
    // Trackers are frozen and of the form that is asked for.
    latency: Object.fromEntries(latency),
    counters: Object.fromEntries(counters),
    gauges: Object.fromEntries(gauges),
    health: Object.fromEntries(
      health
        .entries()
        .map(([key, { healthy, score, reason, lastChange }]) => [key, { healthy, score, reason, lastChange: lastChange.toISOString() }]),
    ),
  };
}

function sensorStatus(sensor: HmMetricsSensor | undefined, unit: string): SensorStatus {
  return { value: sensor?.value ?? null, unit };
}
