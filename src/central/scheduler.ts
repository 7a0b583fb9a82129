import { type Clock, every } from "../base/clock.ts";
import { errorMessage } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";

interface Job {
  readonly name: string;
  readonly intervalMs: number;
  run(): void;
}

/** Recurring work on the monotonic clock: a step of the wall clock neither stops nor repeats it. */
export class Scheduler {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #jobs = new DisposableStack();
  readonly #failing = new Set<string>();

  constructor({ clock, logger }: { clock: Clock; logger: Logger }) {
    this.#clock = clock;
    this.#logger = logger;
  }

  add(job: Job): void {
    this.#jobs.use(every({ clock: this.#clock, intervalMs: job.intervalMs, callback: () => this.#runJob(job) }));
  }

  [Symbol.dispose](): void {
    this.#jobs.dispose();
  }

  #runJob(job: Job): void {
    try {
      job.run();
      this.#failing.delete(job.name);
    } catch (error) {
      if (this.#failing.has(job.name)) return;
      this.#failing.add(job.name);
      this.#logger.error({ err: error }, `job ${job.name} failed: ${errorMessage(error)}`);
    }
  }
}
