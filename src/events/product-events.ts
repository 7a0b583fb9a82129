import { type BusEvent, systemTimestamp } from "./bus-event.ts";

export interface DeviceEventOptions {
  readonly interfaceId: string;
  readonly address: string;
  readonly parameter: string;
  readonly value: unknown;
  readonly arrivedAtMs: number;
  readonly timestamp?: number | undefined;
}

/** A device reported a value. */
export class DeviceEvent implements BusEvent {
  static readonly type = "device.event";
  readonly type: typeof DeviceEvent.type = DeviceEvent.type;
  readonly key: string;
  readonly timestamp: number;
  readonly interfaceId: string;
  /** Of the channel, such as `000A1B2C3D4E5F:1`. */
  readonly address: string;
  readonly parameter: string;
  readonly value: unknown;
  /** Monotonic time at which the request came in. */
  readonly arrivedAtMs: number;

  constructor({ interfaceId, address, parameter, value, arrivedAtMs, timestamp = systemTimestamp() }: DeviceEventOptions) {
    this.key = interfaceId;
    this.timestamp = timestamp;
    this.interfaceId = interfaceId;
    this.address = address;
    this.parameter = parameter;
    this.value = value;
    this.arrivedAtMs = arrivedAtMs;
  }
}

export interface InterfaceStateChangedEventOptions {
  readonly interfaceId: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly timestamp?: number | undefined;
}

/** The connection to an interface process went from one state to another. */
export class InterfaceStateChangedEvent implements BusEvent {
  static readonly type = "interface.state";
  readonly type: typeof InterfaceStateChangedEvent.type = InterfaceStateChangedEvent.type;
  readonly key: string;
  readonly timestamp: number;
  readonly interfaceId: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;

  constructor({ interfaceId, from, to, reason, timestamp = systemTimestamp() }: InterfaceStateChangedEventOptions) {
    this.key = interfaceId;
    this.timestamp = timestamp;
    this.interfaceId = interfaceId;
    this.from = from;
    this.to = to;
    this.reason = reason;
  }
}

export type PathName = "command" | "event" | "radio";

export type PathState = "ok" | "failing" | "unknown" | "unsupported";

export interface PathChangedEventOptions {
  readonly interfaceId: string;
  readonly path: PathName;
  readonly state: PathState;
  readonly reason: string | null;
  readonly timestamp?: number | undefined;
}

/** One of the three ways in which an interface can work or fail did so. */
export class PathChangedEvent implements BusEvent {
  static readonly type = "path.changed";
  readonly type: typeof PathChangedEvent.type = PathChangedEvent.type;
  readonly key: string;
  readonly timestamp: number;
  readonly interfaceId: string;
  readonly path: PathName;
  readonly state: PathState;
  readonly reason: string | null;

  constructor({ interfaceId, path, state, reason, timestamp = systemTimestamp() }: PathChangedEventOptions) {
    this.key = interfaceId;
    this.timestamp = timestamp;
    this.interfaceId = interfaceId;
    this.path = path;
    this.state = state;
    this.reason = reason;
  }
}
