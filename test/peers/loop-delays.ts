import { z } from "zod";
import type { HomeAssistant } from "./home-assistant.ts";

const Delays = z.object({ late_ms: z.array(z.number()), own_ms: z.array(z.number()), collections: z.int() });

interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** In milliseconds. */
export interface LoopDelays {
  /** How late a timer of Home Assistant's loop was, whatever the reason. */
  readonly late: Spread;
  /** The part of it in which the loop itself computed: not other processes, the recorder's thread or a full collection. */
  readonly own: Spread;
  /** Python's full garbage collections, which stop all threads. */
  readonly collections: number;
}

/** How much a piece of work delays Home Assistant's loop, seen from inside; needs the probe. */
export async function loopDelaysDuring(homeAssistant: HomeAssistant, work: () => Promise<void>): Promise<LoopDelays> {
  await homeAssistant.call("vitals_probe/watch_loop");
  await work();
  const { late_ms, own_ms, collections } = Delays.parse(await homeAssistant.call("vitals_probe/loop_delays"));
  return { late: spreadOf(late_ms), own: spreadOf(own_ms), collections };
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}
