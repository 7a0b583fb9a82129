import { XmlRpcDouble, type XmlRpcValue } from "../xmlrpc/values.ts";
import type { Random } from "./random.ts";

/** Makes the next value of a parameter out of the one before. */
export type Sample = (random: Random, previous: XmlRpcValue | undefined) => XmlRpcValue;

/** A double that wanders between two limits, as temperatures do. */
export function drift({ min, max, step }: { min: number; max: number; step: number }): Sample {
  return (random, previous) => {
    const from = previous instanceof XmlRpcDouble ? previous.value : (min + max) / 2;
    const next = from + step * (Math.floor(random() * 3) - 1);
    return new XmlRpcDouble(Math.round(Math.min(max, Math.max(min, next)) * 100) / 100);
  };
}

/** A whole number between two limits, both included. */
export function integer({ min, max }: { min: number; max: number }): Sample {
  return (random) => min + Math.floor(random() * (max - min + 1));
}

/** True and false in turn. */
export function toggle(): Sample {
  return (_random, previous) => previous !== true;
}
