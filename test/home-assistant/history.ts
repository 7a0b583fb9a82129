import type { HomeAssistant } from "../peers/home-assistant.ts";

const HOUR_MS = 3_600_000;
const HOURS = 7 * 24;
/** Hours ago at which the sample CCU was out. */
const OUTAGES: readonly number[] = [31, 32, 110];

/** Gives the graphs a week to show: long-term statistics as Home Assistant would have made them by itself. */
export async function importHistory(
  homeAssistant: HomeAssistant,
  { health, latency }: { readonly health: string; readonly latency: string },
): Promise<void> {
  const hours = Array.from({ length: HOURS }, (_, index) => HOURS - index);
  const isOut = (hour: number): boolean => OUTAGES.includes(hour);
  await importStatistics(homeAssistant, health, "%", null, (hour) => ({
    mean: isOut(hour) ? 62 : 100,
    min: isOut(hour) ? 0 : 100,
    max: 100,
  }));
  await importStatistics(homeAssistant, latency, "ms", "duration", (hour) => {
    const mean = 14 + 4 * Math.sin((hour / 24) * 2 * Math.PI) + (isOut(hour) ? 60 : 0);
    return { mean, min: mean * 0.7, max: mean * 1.6 };
  });

  async function importStatistics(
    target: HomeAssistant,
    id: string,
    unit: string,
    unitClass: string | null,
    valuesOf: (hour: number) => { mean: number; min: number; max: number },
  ): Promise<void> {
    const thisHourMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    await target.call("recorder/import_statistics", {
      metadata: {
        statistic_id: id,
        source: "recorder",
        name: null,
        unit_of_measurement: unit,
        unit_class: unitClass,
        mean_type: 1,
        has_sum: false,
      },
      stats: hours.map((hour) => ({ start: new Date(thisHourMs - hour * HOUR_MS).toISOString(), ...valuesOf(hour) })),
    });
  }
}
