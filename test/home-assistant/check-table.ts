interface Check {
  readonly check: string;
  readonly result: string;
}

/** What a run against real peers showed, printed at its end. */
export class CheckTable {
  readonly #checks: Check[] = [];

  add(check: string, result: string): void {
    this.#checks.push({ check, result });
  }

  /** Runs a step and notes how long it took, or that it failed. */
  async time<Result>(check: string, step: () => Promise<Result>): Promise<Result> {
    const startedMs = performance.now();
    try {
      const result = await step();
      this.add(check, `${((performance.now() - startedMs) / 1_000).toFixed(2)} s`);
      return result;
    } catch (error) {
      this.add(check, "FAILED");
      throw error;
    }
  }

  print(): void {
    const width = Math.max(...this.#checks.map(({ check }) => check.length));
    const lines = this.#checks.map(({ check, result }) => `${check.padEnd(width)}  ${result}`);
    process.stdout.write(`\n${lines.join("\n")}\n\n`);
  }
}
