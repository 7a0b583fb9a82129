export interface HandlerStatistics {
  readonly name: string;
  readonly executed: number;
  readonly errors: number;
  readonly totalMs: number;
  readonly maxMs: number;
}

export interface TypeStatistics {
  /** Also counts events that nobody had subscribed to. */
  readonly published: number;
  /** These four include handlers that have left since. */
  readonly executed: number;
  readonly errors: number;
  readonly totalMs: number;
  readonly maxMs: number;
  /** The handlers that are subscribed now, in the order in which they are called. */
  readonly handlers: readonly HandlerStatistics[];
}

export interface BusStatistics {
  readonly types: ReadonlyMap<string, TypeStatistics>;
  /** Deliveries to LOW handlers that wait. */
  readonly queued: number;
  /** Deliveries to LOW handlers that were given up because the queue was full. */
  readonly dropped: number;
}

/** What calling handlers cost. */
export class Effort {
  executed = 0;
  errors = 0;
  totalMs = 0;
  maxMs = 0;

  add(calls: number, elapsedMs: number): void {
    this.executed += calls;
    this.totalMs += elapsedMs;
    if (elapsedMs > this.maxMs) this.maxMs = elapsedMs;
  }

  figures(): Omit<HandlerStatistics, "name"> {
    return { executed: this.executed, errors: this.errors, totalMs: this.totalMs, maxMs: this.maxMs };
  }
}
