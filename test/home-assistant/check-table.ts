import { beforeEach, type RunnerTestCase, TestRunner } from "vitest";
import { type Core, NEWEST_CORE } from "../peers/cores.ts";

/** What a step of a test showed, for the table that `check-reporter.ts` prints at the end of the run. */
export interface Check {
  readonly check: string;
  readonly result: string;
  readonly core: string;
  /** `null`: a figure, no step. */
  readonly seconds: number | null;
}

declare module "vitest" {
  interface TaskMeta {
    core?: string;
    checks?: Check[];
  }
}

/** Notes what the tests of a `describe` show on a Core. */
export class CheckTable {
  readonly core: Core;
  /** Of hooks: they belong to the test that comes next. */
  #early: Check[] = [];

  constructor(core: Core = NEWEST_CORE) {
    this.core = core;
    beforeEach(({ task }) => {
      task.meta.core = [task.meta.core, core.version].filter((version) => version !== undefined).join(", ");
    });
  }

  /** Notes a figure. */
  add(check: string, result: string): void {
    this.#note({ check, result, seconds: null });
  }

  /** Runs a step and notes how long it took, or that it failed. */
  async time<Result>(check: string, step: () => Promise<Result>): Promise<Result> {
    const startedMs = performance.now();
    const note = (result: string): void => this.#note({ check, result, seconds: (performance.now() - startedMs) / 1_000 });
    try {
      const result = await step();
      note("ok");
      return result;
    } catch (error) {
      note("FAILED");
      throw error;
    }
  }

  #note(check: Omit<Check, "core">): void {
    this.#early.push({ ...check, core: this.core.version });
    const meta = TestRunner.getCurrentTest<RunnerTestCase | undefined>()?.meta;
    if (meta === undefined) return;
    meta.checks = [...(meta.checks ?? []), ...this.#early];
    this.#early = [];
  }
}
