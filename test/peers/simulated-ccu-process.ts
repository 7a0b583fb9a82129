import { createInterface } from "node:readline";
import { z } from "zod";
import { SimulatedCcu } from "../../src/simulator/ccu.ts";
import { parseStep, takeStep } from "../../src/simulator/scenario.ts";

/** The simulated CCU as a process of its own: `simulated-ccu-process.ts OPTIONS` in JSON; takes a step of a scenario a line. */
const Options = z.object({
  serial: z.string(),
  host: z.string(),
  reportScale: z.number(),
  interfaces: z.array(z.object({ name: z.enum(["BidCos-RF", "HmIP-RF"]), port: z.int() })),
});

const ccu = new SimulatedCcu(Options.parse(JSON.parse(process.argv[2] ?? "")));
await ccu.start();
createInterface({ input: process.stdin }).on("line", (line) => void takeStep(ccu, parseStep(JSON.parse(line))));
process.stdout.write("ready\n");
