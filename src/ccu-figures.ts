import type { CentralUnit } from "./central/central-unit.ts";
import type { InterfaceLink } from "./central/interface-link.ts";
import { availabilityStatus } from "./incident-status.ts";
import { causeStatus, durationsStatus, roundTripStatus, sensorsStatus } from "./status-parts.ts";
import type { CcuFigures, InterfaceFigures } from "./web/figures.ts";

/** The numbers of a CCU. */
export function ccuFigures(central: CentralUnit): CcuFigures {
  const { hub, host, name, metrics, readings, reliability, quiet, links } = central;
  return {
    id: hub?.device.id ?? host,
    name,
    host,
    model: hub?.device.model ?? null,
    firmware: hub?.device.firmware ?? null,
    sensors: sensorsStatus(hub),
    status: readings.status,
    connected: readings.connected,
    quiet: quiet.current,
    cause: readings.cause && causeStatus(readings.cause),
    interfaces: links.map((link) => interfaceFigures(link, central)),
    availability: availabilityStatus(reliability, null),
    metrics: metrics.snapshot(),
  };
}

function interfaceFigures(link: InterfaceLink, { metrics, healthTracker, reliability }: CentralUnit): InterfaceFigures {
  const { name, readings, deviceCount } = link;
  const [cause] = readings.diagnosis.causes;
  return {
    name,
    connected: readings.diagnosis.connected,
    cause: cause === undefined ? null : causeStatus({ ...cause, interfaceName: name }),
    signals: {
      eventsPerMinute: readings.eventsPerMinute,
      unreachableDevices: readings.unreachableDevices ?? null,
      lowBatteries: readings.lowBatteries ?? null,
      serviceMessages: readings.serviceMessages ?? null,
    },
    traffic: { delivery: { estimatedLost: readings.estimatedLost } },
    paths: {
      command: { state: healthTracker.state(name, "command") },
      event: { state: healthTracker.state(name, "event") },
      radio: { state: healthTracker.state(name, "radio") },
    },
    score: healthTracker.score(name),
    latency: roundTripStatus(name, metrics),
    durations: durationsStatus(name, metrics),
    lastEventAgeSeconds: metrics.getLastEventAgeSeconds({ sourceId: name }),
    eventCount: readings.eventCount,
    deviceCount,
    radioModules: readings.radioModules,
    availability: availabilityStatus(reliability, name),
  };
}
