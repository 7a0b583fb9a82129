import type { CountedStatus } from "./status.ts";

interface TrendStatus {
  readonly percentPerHour: number;
  /** Null when it does not rise, or takes longer than a day. */
  readonly minutesToLimit: number | null;
}

/** A radio module or access point; null where nobody told of late. */
export interface RadioModuleStatus {
  readonly address: string;
  /** What the user calls it. */
  readonly name: string | null;
  /** Whether the CCU reaches it. */
  readonly connected: boolean | null;
  /** Percent. */
  readonly dutyCycle: number | null;
  readonly carrierSense: number | null;
  /** Where they are heading; null while too little is known. */
  readonly dutyCycleTrend: TrendStatus | null;
  readonly carrierSenseTrend: TrendStatus | null;
}

export interface SilentDeviceStatus {
  readonly device: string;
  readonly lastHeard: string;
  /** Its longest pause so far; null while it has not been followed through a day. */
  readonly usualSeconds: number | null;
}

/** What devices and other clients of an interface do. */
export interface TrafficStatus {
  /** At most 20, the most talkative first, over the last 10 to 20 minutes. */
  readonly chattyDevices: readonly { readonly device: string; readonly eventsPerMinute: number }[];
  /** At most 20 that have not been heard for much longer than is usual for them, the most unusual first; null where nobody can tell. */
  readonly silentDevices: readonly SilentDeviceStatus[] | null;
  /** How many other devices were not heard since the start, and 20 of them; null where nobody can tell. */
  readonly unheardDevices: CountedStatus | null;
  /** Who else is connected, by the PONGs of the last hour. */
  readonly foreignClients: readonly { readonly id: string; readonly lastSeen: string; readonly everySeconds: number | null }[];
  /** Where the duty cycle is heading that reaches the limit first; null while too little is known. */
  readonly dutyCycleTrend: TrendStatus | null;
  /** Since the start; an estimate by the limits of the CCU and our own handling time. */
  readonly delivery: {
    readonly fullBatches: number;
    readonly slowBatches: number;
    readonly longestHandlingMs: number;
    readonly estimatedLost: number;
  };
}
