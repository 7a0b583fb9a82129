export type { Clock } from "../base/clock.ts";
export type { Logger } from "../base/logger.ts";
export type { Subscription } from "../base/subscription.ts";
export type { BusEvent, EventHandler, EventPriority, EventType } from "./bus-event.ts";
export { type BusSubscription, EventBus, type EventBusOptions } from "./event-bus.ts";
export {
  DeviceEvent,
  type DeviceEventOptions,
  InterfaceStateChangedEvent,
  type InterfaceStateChangedEventOptions,
  PathChangedEvent,
  type PathChangedEventOptions,
  type PathName,
  type PathState,
} from "./product-events.ts";
export type { BusStatistics, HandlerStatistics, TypeStatistics } from "./statistics.ts";
export type { SubscribeOptions } from "./subscriber.ts";
