import { expect, test } from "vitest";
import { emitGauge } from "../../../src/metrics/index.ts";
import { stand } from "../contract/support.ts";

test("what a LOW handler tells the observer directly is told to dirty listeners with the rest of the slice", async () => {
  const { eventBus, observer } = stand({ maxKeys: 2 });
  const told: string[][] = [];
  observer.onDirty((keys) => void told.push([...keys]));
  const work = (): void => {
    observer.recordTimeout({ source: "s", sourceId: "", operation: "o", limitMs: 1 });
    observer.recordEventReceived({ sourceId: "HmIP-RF", atMs: Number.NaN });
  };
  eventBus.subscribe({ eventType: "metric.gauge", eventKey: null, priority: "LOW", handler: work });
  for (const metricName of ["g", "h"]) emitGauge({ eventBus, source: "s", metricName, value: 1 });
  await eventBus.flush();
  expect(told).toEqual([["s::g", "s::o", "metrics::invalid_sample", "s::h"]]);
});

test("what is told to the observer outside of a slice is told to dirty listeners at once", () => {
  const { observer } = stand({ maxKeys: 1 });
  const told: string[][] = [];
  observer.onDirty((keys) => void told.push([...keys]));
  observer.recordTimeout({ source: "s", sourceId: "", operation: "o", limitMs: 1 });
  for (const sourceId of ["HmIP-RF", "BidCos-RF"]) observer.recordEventReceived({ sourceId });
  expect(told).toEqual([["s::o"], ["metrics::overflow"]]);
});
