import { SimulatedCcu } from "../src/simulator/ccu.ts";

/**
 * Many simulated CCUs in one process, each with the same interfaces: `fleet-process.ts CCUS EVENTS_PER_SECOND_AND_INTERFACE`.
 * Prints `ready` with the ports of each CCU's interfaces.
 */
const INTERFACES = ["BidCos-RF", "HmIP-RF", "VirtualDevices"] as const;
const [count = 0, eventsPerSecond = 0] = process.argv.slice(2).map(Number);

const ccus = Array.from(
  { length: count },
  (_, index) =>
    new SimulatedCcu({
      serial: `SIM${String(index).padStart(7, "0")}`,
      seed: 1_000 * index,
      // The load is what is asked for, and nothing else.
      reportScale: 1e6,
      interfaces: INTERFACES.map((name) => ({ name })),
    }),
);
for (const ccu of ccus) {
  await ccu.start();
  await ccu.set({ eventsPerSecond });
}
process.stdout.write(`ready ${JSON.stringify(ccus.map(({ interfaces }) => interfaces.map(({ name, port }) => ({ name, port }))))}\n`);
