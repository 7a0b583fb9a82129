import { describe, expect, test } from "vitest";
import { World } from "./world.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const told = ({ log }: World) => log.lines.filter((line) => !line.startsWith("debug"));

describe("the log", () => {
  test.each([3_000, 20_000])(
    "of a link that goes and comes every %i ms tells it a while and then now and then, and the end of it",
    async (everyMs) => {
      await using world = await World.open();
      const watched = await world.watch();
      await world.until(() => watched.isWell);
      let losses = 0;
      for (let passedMs = 0; passedMs < HOUR_MS; passedMs += 2 * everyMs, losses += 1) {
        await watched.set({ mode: "reset" });
        await world.pass(everyMs, 1_000);
        await watched.set({ mode: "normal" });
        await world.pass(everyMs, 1_000);
      }
      expect(losses).toBeGreaterThanOrEqual(90);
      expect(told(world).length).toBeLessThan(45);
      expect(told(world).filter((line) => line.includes("connection lost"))).not.toHaveLength(0);
      await world.pass(6 * MINUTE_MS, 1_000);
      expect(told(world).at(-1)).toMatch(/^info CCU: HmIP-RF: connected, after \d+ losses$/);
      const before = told(world).length;
      await watched.set({ mode: "refuse" });
      await world.until(() => told(world).length > before, 26_000);
      expect(told(world).at(-1)).toMatch(/^warn CCU: HmIP-RF: connection lost: /);
    },
  );

  test("of a CCU on which nothing is found tells each reason once, also when they take turns", async () => {
    await using world = await World.open();
    const watched = await world.watch({ configured: [], prepare: (ccu) => ccu.set({ mode: "refuse" }) });
    for (let turn = 0; turn < 20; turn += 1) {
      await world.pass(MINUTE_MS, 1_000);
      await watched.ccu.set({ mode: turn % 2 === 0 ? "unauthorized" : "refuse" });
    }
    expect(told(world).map((line) => line.replace(/\(.*/, ""))).toEqual([
      "warn CCU: no interface answers at 127.0.0.1, trying again: The CCU refuses the connection ",
      "warn CCU: no interface answers at 127.0.0.1, trying again: The CCU rejects the user name or password ",
    ]);
  });
});
