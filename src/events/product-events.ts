import { type BusEvent, systemTimestamp } from "./bus-event.ts";

interface InterfaceEventOptions {
  readonly interfaceId: string;
  readonly timestamp?: number | undefined;
}

/** Something that happened to one interface; its id is the key. */
abstract class InterfaceEvent implements BusEvent {
  abstract readonly type: string;
  readonly key: string;
  readonly interfaceId: string;
  readonly timestamp: number;

  constructor({ interfaceId, timestamp = systemTimestamp() }: InterfaceEventOptions) {
    this.key = interfaceId;
    this.interfaceId = interfaceId;
    this.timestamp = timestamp;
  }
}

export interface DeviceEventOptions extends InterfaceEventOptions {
  readonly address: string;
  readonly parameter: string;
  readonly value: unknown;
  readonly arrivedAtMs: number;
}

/** A device reported a value. */
export class DeviceEvent extends InterfaceEvent {
  static readonly type = "device.event";
  readonly type: typeof DeviceEvent.type = DeviceEvent.type;
  /** Of the channel, such as `000A1B2C3D4E5F:1`. */
  readonly address: string;
  readonly parameter: string;
  readonly value: unknown;
  /** Monotonic time at which the request came in. */
  readonly arrivedAtMs: number;

  constructor({ address, parameter, value, arrivedAtMs, ...options }: DeviceEventOptions) {
    super(options);
    this.address = address;
    this.parameter = parameter;
    this.value = value;
    this.arrivedAtMs = arrivedAtMs;
  }
}

export interface InterfaceStateChangedEventOptions extends InterfaceEventOptions {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** The connection to an interface process went from one state to another. */
export class InterfaceStateChangedEvent extends InterfaceEvent {
  static readonly type = "interface.state";
  readonly type: typeof InterfaceStateChangedEvent.type = InterfaceStateChangedEvent.type;
  readonly from: string;
  readonly to: string;
  readonly reason: string;

  constructor({ from, to, reason, ...options }: InterfaceStateChangedEventOptions) {
    super(options);
    this.from = from;
    this.to = to;
    this.reason = reason;
  }
}

/** Calls are answered; our own PONG comes back; device events flow as usual. */
export type PathName = "command" | "event" | "radio";

export type PathState = "ok" | "failing" | "unknown" | "unsupported";

export interface PathChangedEventOptions extends InterfaceEventOptions {
  readonly path: PathName;
  readonly state: PathState;
  readonly reason: string | null;
}

/** One of the three paths of an interface is judged differently than before. */
export class PathChangedEvent extends InterfaceEvent {
  static readonly type = "path.changed";
  readonly type: typeof PathChangedEvent.type = PathChangedEvent.type;
  readonly path: PathName;
  readonly state: PathState;
  readonly reason: string | null;

  constructor({ path, state, reason, ...options }: PathChangedEventOptions) {
    super(options);
    this.path = path;
    this.state = state;
    this.reason = reason;
  }
}

export interface CauseChangedEventOptions extends InterfaceEventOptions {
  readonly cause: string | null;
  readonly before: string | null;
}

/** Something else than before is wrong with an interface, most telling of all, or nothing any more; codes of `docs/causes.md`. */
export class CauseChangedEvent extends InterfaceEvent {
  static readonly type = "cause.changed";
  readonly type: typeof CauseChangedEvent.type = CauseChangedEvent.type;
  readonly cause: string | null;
  readonly before: string | null;

  constructor({ cause, before, ...options }: CauseChangedEventOptions) {
    super(options);
    this.cause = cause;
    this.before = before;
  }
}

/** Something that is said of the CCU as a whole has changed: why nobody is alarmed, or how far the search for its interfaces has come. */
export class CcuChangedEvent implements BusEvent {
  static readonly type = "ccu.changed";
  readonly type: typeof CcuChangedEvent.type = CcuChangedEvent.type;
  readonly key = null;
  readonly timestamp: number;

  constructor({ timestamp = systemTimestamp() }: { readonly timestamp?: number | undefined } = {}) {
    this.timestamp = timestamp;
  }
}
