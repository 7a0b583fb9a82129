export const PREFIX = "homematic_vitals";

const MS_PER_SECOND = 1_000;
const PERCENT = 100;
const DIGITS = 1e9;

export function seconds(ms: number | null): number | null {
  return divided(ms, MS_PER_SECOND);
}

/** Of percent. */
export function ratio(percent: number | null): number | null {
  return divided(percent, PERCENT);
}

/** 1 for true. */
export function flag(value: boolean | null): number | null {
  return value === null ? null : Number(value);
}

/** To nine digits behind the point, without the noise of binary fractions. */
export function divided(value: number | null, by: number): number | null {
  return value === null ? null : Math.round(value * (DIGITS / by)) / DIGITS;
}
