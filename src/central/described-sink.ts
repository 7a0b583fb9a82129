import type { HubSensorSink } from "../hub/hub-sensor-sink.ts";

/** Hands everything on, and tells when a device was described or removed: only then what the devices have can be another. */
export function describedSink(sink: HubSensorSink, onChanged: () => void): HubSensorSink {
  return {
    describe(device, values) {
      sink.describe(device, values);
      onChanged();
    },
    publish: (deviceId, values) => sink.publish(deviceId, values),
    remove(deviceId) {
      sink.remove(deviceId);
      onChanged();
    },
    tell: (event) => sink.tell(event),
    problems: (ccuId, problems) => sink.problems(ccuId, problems),
  };
}
