import { expect, test } from "vitest";
import { EventBus } from "../../../src/events/index.ts";
import { MetricEmitterMixin, MetricEvent } from "../../../src/metrics/index.ts";

class Named {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

class MyComponent extends MetricEmitterMixin(Named) {
  protected readonly eventBusProvider: { readonly eventBus: EventBus };
  protected readonly metricSource = "my_component";
  protected override readonly metricSourceId = "instance_1";

  constructor(eventBusProvider: { readonly eventBus: EventBus }) {
    super("mine");
    this.eventBusProvider = eventBusProvider;
  }

  doWork(): void {
    this.emitLatency({ operation: "do_work", durationMs: 3 });
    this.emitCounter({ metricName: "operations" });
    this.emitCounter({ metricName: "bytes", increment: 12 });
    this.emitGauge({ metricName: "depth", value: 4 });
    this.emitHealth({ healthy: false, reason: "tired", score: 0.5 });
    this.emitHealth({ healthy: true });
  }
}

class Anonymous extends MetricEmitterMixin(Object) {
  protected readonly eventBusProvider: { readonly eventBus: EventBus };
  protected readonly metricSource = "anonymous";

  constructor(eventBus: EventBus) {
    super();
    this.eventBusProvider = { eventBus };
  }

  count(): void {
    this.emitCounter({ metricName: "operations" });
  }
}

function recorded(): { eventBus: EventBus; events: MetricEvent[] } {
  const eventBus = new EventBus();
  const events: MetricEvent[] = [];
  eventBus.subscribe({ eventType: MetricEvent, eventKey: null, handler: (event: MetricEvent) => void events.push(event) });
  return { eventBus, events };
}

test("emits under the source and sourceId of the component", () => {
  const { eventBus, events } = recorded();
  const component = new MyComponent({ eventBus });
  component.doWork();
  expect(component).toBeInstanceOf(Named);
  expect(component.name).toBe("mine");
  expect(events).toMatchObject([
    { fullKey: "my_component:instance_1:do_work", durationMs: 3 },
    { fullKey: "my_component:instance_1:operations", increment: 1 },
    { fullKey: "my_component:instance_1:bytes", increment: 12 },
    { fullKey: "my_component:instance_1:depth", value: 4 },
    { fullKey: "my_component:instance_1:health", healthy: false, reason: "tired", score: 0.5 },
    { fullKey: "my_component:instance_1:health", healthy: true, reason: null, score: 1 },
  ]);
});

test("a component without metricSourceId leaves the middle of its keys empty", () => {
  const { eventBus, events } = recorded();
  new Anonymous(eventBus).count();
  expect(events).toMatchObject([{ sourceId: "", fullKey: "anonymous::operations" }]);
});

test("the bus is asked for when it is needed", () => {
  const { eventBus, events } = recorded();
  let current = new EventBus();
  const component = new MyComponent({
    get eventBus() {
      return current;
    },
  });
  component.doWork();
  expect(events).toEqual([]);
  current = eventBus;
  component.doWork();
  expect(events).toHaveLength(6);
});

test("the four methods are for the component alone", () => {
  const { eventBus } = recorded();
  const component = new MyComponent({ eventBus });
  // @ts-expect-error protected
  component.emitLatency({ operation: "do_work", durationMs: 3 });
  // @ts-expect-error protected
  component.emitCounter({ metricName: "operations" });
  // @ts-expect-error protected
  component.emitGauge({ metricName: "depth", value: 4 });
  // @ts-expect-error protected
  component.emitHealth({ healthy: true });
});
