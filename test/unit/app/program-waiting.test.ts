import { once } from "node:events";
import { connect, createServer } from "node:net";
import { expect, test } from "vitest";
import { SimulatedCcu } from "../../../src/simulator/index.ts";
import { FakeCompanion } from "../../support/fake-companion.ts";
import { FakeHomeAssistant } from "../../support/fake-home-assistant.ts";
import { closedPort } from "../../support/listening.ts";
import { Program } from "./program.ts";

test("a CCU and a Home Assistant that are absent are waited for quietly and used when they come", async () => {
  const [ccuPort, homePort] = [await closedPort(), await closedPort()];
  await using home = await FakeHomeAssistant.start();
  const companion = FakeCompanion.load(home);
  await using program = new Program({
    options: {
      ccus: [{ host: "127.0.0.1", interfaces: [{ name: "HmIP-RF", port: ccuPort }] }],
      home_assistant: { url: `http://127.0.0.1:${homePort}`, token: home.token },
      callback: { port: 0 },
      web: { port: 0 },
    },
  });
  const attempts = (counters: Readonly<Record<string, number>> = {}) => counters["client:HmIP-RF:connection_losses"] ?? 0;
  const { homeAssistant } = await program.until(({ ccus: [ccu] }) => attempts(ccu?.metrics.counters) >= 3);
  expect(homeAssistant).toMatchObject({ state: "waiting", message: { en: expect.stringContaining("cannot be reached") } });
  expect(program.lines.filter((line) => line.includes("WARN"))).toEqual([
    expect.stringMatching(/not connected, trying again: The CCU refuses the connection|Home Assistant cannot be reached/),
    expect.stringMatching(/not connected, trying again: The CCU refuses the connection|Home Assistant cannot be reached/),
  ]);
  expect(program.lines).toHaveLength(3);

  await using ccu = new SimulatedCcu({ interfaces: [{ name: "HmIP-RF", port: ccuPort }], reportScale: 1e6 });
  await ccu.start();
  await using _door = await door(homePort, Number(new URL(home.url).port));
  const status = await program.until(
    ({ homeAssistant: { state }, ccus: [hub] }) => state === "publishing" && hub?.sensors.systemHealth.value === 100,
  );
  expect(status.ccus[0]?.deductions).toEqual([]);
  await home.until(() => [...companion.shown.values()].some((metrics) => metrics["system_health"] === 100));
  await program.stop();
});

/** Opens `port` and passes everything on. */
async function door(port: number, target: number): Promise<AsyncDisposable> {
  const server = createServer((socket) => {
    const other = connect(target, "127.0.0.1");
    socket.pipe(other).pipe(socket);
    for (const side of [socket, other]) side.on("error", () => {});
  });
  await once(server.listen(port, "127.0.0.1"), "listening");
  return { [Symbol.asyncDispose]: async () => void server.close() };
}
