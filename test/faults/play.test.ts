import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CAUSE_CODES, type CauseCode } from "../../src/diagnosis/cause-codes.ts";
import { type Fault, happening, switched } from "./fault.ts";
import { CALL_FAULTS, EVENT_FAULTS, HARMLESS, LOSSES, REGISTRATION_FAULTS, SIGNALS, TLS_FAULTS } from "./faults.ts";
import { play, type Timing } from "./play.ts";
import { SCENARIOS, titleOf } from "./scenarios.ts";

const refused: Fault = {
  name: "refused",
  begin: switched({ mode: "refuse" }, { mode: "normal" }),
  cause: "connection_refused",
  detectedMs: 26_000,
  recoveredMs: 30_000,
};
const ofHmIp = (fault: Fault) => ({ timing: "steady" as const, kind: "HmIP-RF" as const, fault });
const played = (timing: Timing): ReadonlySet<string> =>
  new Set(SCENARIOS.filter((scenario) => scenario.timing === timing).flatMap(({ fault, next }) => [fault.name, next?.name ?? fault.name]));
const namesOf = (faults: readonly Fault[]): readonly string[] => faults.map(({ name }) => name);

describe("the scenarios", () => {
  test("are at least 60, none of them twice", () => {
    expect(SCENARIOS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(SCENARIOS.map(titleOf)).size).toBe(SCENARIOS.length);
  });

  test("have each fault at each time at which it can show", () => {
    const lasting = [...CALL_FAULTS, ...TLS_FAULTS, ...EVENT_FAULTS];
    expect([...played("steady")]).toEqual(expect.arrayContaining([...namesOf([...lasting, ...LOSSES, ...SIGNALS, ...HARMLESS])]));
    expect([...played("start")]).toEqual(expect.arrayContaining([...namesOf([...lasting, ...REGISTRATION_FAULTS, ...HARMLESS])]));
    expect([...played("recovery")]).toEqual(expect.arrayContaining([...namesOf(lasting)]));
    expect([...played("stop")]).toEqual(expect.arrayContaining([...namesOf([...lasting, ...LOSSES])]));
  });
});

test("every cause is provoked, by one of the scenarios or by a story of its own", () => {
  const stories = readFileSync(join(import.meta.dirname, "../unit/app/causes.test.ts"), "utf8");
  const isProvoked = (code: CauseCode): boolean => SCENARIOS.some(({ fault }) => fault.cause === code) || stories.includes(`=== "${code}"`);
  expect(CAUSE_CODES.filter((code) => !isProvoked(code))).toEqual([]);
});

describe("a scenario fails", () => {
  test("when another cause is named", async () => {
    await expect(play(ofHmIp({ ...refused, cause: "timeout" }))).rejects.toThrow("Not within 26000 ms");
  });

  test("when the cause is named too late", async () => {
    await expect(play(ofHmIp({ ...refused, detectedMs: 5_000 }))).rejects.toThrow("Not within 5000 ms");
  });

  test("when it is not over in time", async () => {
    await expect(play(ofHmIp({ ...refused, begin: happening((simulated) => simulated.set({ mode: "refuse" })) }))).rejects.toThrow(
      "Not within 30000 ms",
    );
  });

  test("when something is named where nothing is wrong", async () => {
    const forbidden = switched({ mode: "forbidden" }, { mode: "normal" });
    await expect(play(ofHmIp({ ...refused, begin: forbidden, cause: null }))).rejects.toThrow("became firewall_rejected");
  });

  test("when an event that was delivered does not arrive", async () => {
    const silent = switched({ mode: "unauthorized", callbacks: "refused" }, { mode: "normal", callbacks: "arrive" });
    await expect(play(ofHmIp({ ...refused, begin: silent, cause: "credentials_rejected", eventsGoOn: true }))).rejects.toThrow(
      "Not within 1000 ms",
    );
  });

  test("when a cause is named on the way that has nothing to do with it", async () => {
    const [dropped] = EVENT_FAULTS.filter(({ name }) => name === "pingWithoutPong");
    expect(await play(ofHmIp({ ...refused, ...dropped, passing: [] }))).toMatchObject({ wrongCauses: ["pong_late"] });
  });

  test("when a socket is left", async () => {
    const server = createServer();
    const leaking = switched({ mode: "refuse" }, { mode: "normal" });
    const outcome = await play(
      ofHmIp({
        ...refused,
        begin: async (stage) => {
          server.listen(0, "127.0.0.1");
          await once(server, "listening");
          return await leaking(stage);
        },
      }),
    );
    server.close();
    expect(outcome.socketsLeft).toBe(1);
  });
});
