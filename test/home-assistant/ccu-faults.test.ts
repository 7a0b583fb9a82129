import { type TestContext, test } from "vitest";
import { CALL_FAULTS } from "../faults/faults.ts";
import { freePort } from "../peers/free-port.ts";
import type { GarbledAnswer } from "../peers/garbling-proxy.ts";
import { PydevccuHome } from "../peers/pydevccu-home.ts";

/** Other tests use the same machine. */
const TO_SPARE_MS = 4_000;
const START_LIMIT_MS = 10_000;

/** A process that ends in the middle of a call breaks the connection first. */
const WHEN_IT_ENDS: readonly string[] = ["connection_lost"];

/** What happens to a foreign CCU, and the fault of the matrix that is like it: named with the same cause, in the same time. */
interface Happening {
  readonly name: string;
  readonly like: string;
  /** Named on the way to its own cause. */
  readonly passing?: readonly string[];
  begin(home: PydevccuHome): unknown;
  end(home: PydevccuHome): unknown;
  /** Its answers do not get through; it is well itself and goes on reporting. */
  readonly behindProxy?: boolean;
}

const HAPPENINGS: readonly Happening[] = [
  {
    name: "is killed and starts again",
    like: "refuse",
    passing: WHEN_IT_ENDS,
    begin: ({ ccu }) => ccu.kill(),
    end: ({ ccu }) => ccu.start(),
  },
  { name: "hangs and goes on", like: "hang", begin: ({ ccu }) => ccu.suspend(), end: ({ ccu }) => ccu.resume() },
  {
    name: "starts on another port and comes back",
    like: "refuse",
    passing: WHEN_IT_ENDS,
    begin: async ({ ccu }) => ccu.restart(await freePort()),
    end: ({ ccu, port }) => ccu.restart(port),
  },
  garbled("gives way to random bytes", "bytes", "garbage"),
  garbled("gives way to a web page", "html", "html"),
  garbled("gives answers that are cut off", "cutOff", "cutOff"),
];

test.concurrent.for(HAPPENINGS)(
  "a CCU that $name is named in time and rightly, is back by itself, and loses no event",
  async (happening, { expect, task }) => {
    const fault = faultLike(happening.like);
    await using home = await PydevccuHome.start(happening);
    await home.well(START_LIMIT_MS);
    await home.report(3);
    await happening.begin(home);
    const namedMs = await home.named(fault.cause, fault.detectedMs + TO_SPARE_MS);
    if (happening.behindProxy === true) await home.report(3);
    await happening.end(home);
    const backMs = await home.well(fault.recoveredMs + TO_SPARE_MS);
    await home.report(3);
    note(task, { namedMs, backMs });
    expect(home.otherCausesThan(fault.cause, ...(happening.passing ?? []))).toEqual([]);
    expect(await home.lost()).toBe(0);
    expect(await home.end()).toEqual({ exit: { code: 0, signal: null }, clients: [], complaints: [] });
  },
);

test.concurrent("a CCU that stays on another port is found there once the options name it", async ({ expect, task }) => {
  const fault = faultLike("refuse");
  await using home = await PydevccuHome.start();
  await home.well(START_LIMIT_MS);
  await home.ccu.restart(await freePort());
  const namedMs = await home.named(fault.cause, fault.detectedMs + TO_SPARE_MS);
  await home.changePort(home.ccu.port);
  const backMs = await home.well(START_LIMIT_MS);
  await home.report(3);
  note(task, { namedMs, backMs });
  expect(home.otherCausesThan(fault.cause, ...WHEN_IT_ENDS)).toEqual([]);
  expect(await home.lost()).toBe(0);
  expect(await home.end()).toEqual({ exit: { code: 0, signal: null }, clients: [], complaints: [] });
});

function garbled(name: string, answer: GarbledAnswer, like: string): Happening {
  return {
    name,
    like,
    begin: ({ proxy }) => {
      proxy.answer = answer;
    },
    end: ({ proxy }) => {
      proxy.answer = "whole";
    },
    behindProxy: true,
  };
}

function faultLike(name: string): { readonly cause: string; readonly detectedMs: number; readonly recoveredMs: number } {
  const found = CALL_FAULTS.find((fault) => fault.name === name);
  if (found === undefined || found.cause === null) throw new Error(`no fault ${name} that is named`);
  return { ...found, cause: found.cause };
}

/** For the table of checks. */
function note({ meta }: TestContext["task"], times: { namedMs: number; backMs: number }): void {
  meta.checks = [
    { check: "named", result: "ok", core: "-", seconds: times.namedMs / 1_000 },
    { check: "back", result: "ok", core: "-", seconds: times.backMs / 1_000 },
  ];
}
