import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import type { FieldInput } from "../../../src/simulator/fields.ts";
import { SimulatedCcu } from "../../../src/simulator/index.ts";
import { parseSwitches, SWITCHES } from "../../../src/simulator/switches.ts";
import { XmlRpcClient } from "../../../src/xmlrpc/client.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { Listener, until } from "./support.ts";

/** Every value that is not the usual one; of a number the greatest. */
function faultsOf(input: FieldInput): readonly unknown[] {
  switch (input.kind) {
    case "flag":
      return [true];
    case "choice":
      return Object.keys(input.values).slice(1);
    case "number":
      return [input.max || input.min];
    default:
      return [];
  }
}

const FAULTS = Object.entries(SWITCHES).flatMap(([name, { input }]) => faultsOf(input).map((value) => [name, value] as const));

const openSockets = (): number =>
  process.getActiveResourcesInfo().filter((resource) => /^(TCP(Socket|Server)|TLS)Wrap$/.test(resource)).length;

it("there is a fault to try for every switch", () => {
  expect(new Set(FAULTS.map(([name]) => name))).toEqual(new Set(Object.keys(SWITCHES)));
});

it.each(FAULTS)("%s %j: no timer and no socket is left when the CCU ends in the middle of it", async (name, value) => {
  const clock = new ManualClock();
  const ccu = new SimulatedCcu({ clock, interfaces: [{ name: "BidCos-RF" }] });
  await ccu.start();
  const listener = await Listener.open();
  const simulated = ccu.interface("BidCos-RF");
  const client = new XmlRpcClient({ host: "127.0.0.1", port: simulated.port, clock });
  await client.call("init", [listener.url, "me"]);
  await simulated.set(parseSwitches({ [name]: value }));
  simulated.burst(250);
  const calls = [client.call("ping", ["me#1"]), client.call("init", [`${listener.url}/2`, "again"]), client.call("listDevices", [])];
  clock.advance(1_000);
  await turn();
  await ccu.stop();
  client[Symbol.dispose]();
  await Promise.allSettled(calls);
  await listener[Symbol.asyncDispose]();
  expect(clock.pendingTimers).toBe(0);
  await until(() => openSockets() === 0);
});
