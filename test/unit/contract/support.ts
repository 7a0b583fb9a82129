import { type BusEvent, EventBus, type Logger } from "../../../src/events/index.ts";
import { MetricsObserver } from "../../../src/metrics/index.ts";
import { ManualClock } from "../../support/manual-clock.ts";

/** An event as a user of the package writes it: the documents ask for nothing but these three fields. */
export class Probe implements BusEvent {
  readonly type: string = "test.probe";
  readonly key: string | null;
  readonly timestamp = 0;

  constructor(key: string | null = null) {
    this.key = key;
  }
}

export class SpecialProbe extends Probe {
  override readonly type: string = "test.special_probe";
}

interface LogLine {
  readonly level: keyof Logger;
  readonly text: string;
}

export interface LogBook {
  readonly logger: Logger;
  readonly lines: readonly LogLine[];
}

export function logBook(): LogBook {
  const lines: LogLine[] = [];
  const write =
    (level: keyof Logger) =>
    (first: string | object, message?: string): void => {
      lines.push({ level, text: typeof first === "string" ? first : (message ?? "") });
    };
  return { lines, logger: { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") } };
}

export interface Stand {
  readonly clock: ManualClock;
  readonly eventBus: EventBus;
  readonly observer: MetricsObserver;
  readonly log: LogBook;
}

export function stand(options: { maxKeys?: number; recentWindowMs?: number } = {}): Stand {
  const clock = new ManualClock();
  const log = logBook();
  const eventBus = new EventBus({ clock, logger: log.logger });
  return { clock, eventBus, log, observer: new MetricsObserver({ eventBus, clock, ...options }) };
}
