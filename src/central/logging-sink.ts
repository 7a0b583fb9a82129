import type { Logger } from "../base/logger.ts";
import type { HubEventType, HubSensorSink } from "../hub/hub-sensor-sink.ts";

/** The interface itself logs when its connection is lost, why, and when it is back. */
const LOGGED_ELSEWHERE: ReadonlySet<HubEventType> = new Set<HubEventType>([
  "interface_lost",
  "interface_restored",
  "dropped_by_ccu",
  "credentials_rejected",
]);

/** A sink that logs each event in one line before it hands it on. */
export function loggingSink({ sink, logger }: { sink: HubSensorSink; logger: Logger }): HubSensorSink {
  return {
    describe: (device, values) => sink.describe(device, values),
    publish: (deviceId, values) => sink.publish(deviceId, values),
    remove: (deviceId) => sink.remove(deviceId),
    tell: (event) => {
      const { type, interfaceName, message, remedy } = event;
      const line = [`${interfaceName === null ? "" : `${interfaceName}: `}${message.en}`, ...(remedy === null ? [] : [remedy.en])].join(
        " ",
      );
      if (!LOGGED_ELSEWHERE.has(type)) logger[remedy === null ? "info" : "warn"](line);
      sink.tell(event);
    },
    problems: (ccuId, problems) => sink.problems(ccuId, problems),
  };
}
