import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Outcome, play, type Scenario, type Timing } from "./play.ts";
import { faultsOf, SCENARIOS, titleOf } from "./scenarios.ts";

/** Plays all scenarios of a time and prints what came of them. */
export function testScenarios(when: Timing): void {
  const rows: string[] = [];
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);
  beforeAll(() => void process.on("unhandledRejection", onRejection));
  afterEach(() => expect(rejections.splice(0)).toEqual([]));
  afterAll(() => {
    process.off("unhandledRejection", onRejection);
    const head = row("when", "interface", "fault", "causes", ["named", "back", "stopped", "events lost"]);
    process.stdout.write(`\n${[head, ...rows, `${rows.length} scenarios`].join("\n")}\n`);
  });

  const scenarios = SCENARIOS.filter(({ timing }) => timing === when);
  test.each(scenarios.map((scenario) => [titleOf(scenario), scenario] as const))("%s", async (_title, scenario) => {
    const outcome = await play(scenario);
    rows.push(rowOf(scenario, outcome));
    expect(outcome).toMatchObject({ wrongCauses: [], lost: 0, timersLeft: 0, socketsLeft: 0 });
    if (scenario.timing !== "stop" || !scenario.fault.cutsCalls) expect(outcome.clientsLeft).toBe(0);
  });
}

function rowOf({ timing, kind, fault, next, tls }: Scenario, outcome: Outcome): string {
  const seconds = (ms: number | null): string => (ms === null ? "" : `${(ms / 1_000).toFixed(1)} s`);
  const { detectedMs, recoveredMs, stoppedMs, lost, delivered } = outcome;
  const figures = [seconds(detectedMs), seconds(recoveredMs), seconds(stoppedMs), `${lost} of ${delivered}`];
  return row(timing, tls ? `${kind} (TLS)` : kind, faultsOf(fault, next), outcome.causes.join(", "), figures);
}

function row(when: string, kind: string, fault: string, causes: string, figures: readonly string[]): string {
  return `${when.padEnd(9)} ${kind.padEnd(15)} ${fault.padEnd(33)} ${causes.padEnd(60)} ${figures.map((each) => each.padStart(11)).join("")}`;
}
