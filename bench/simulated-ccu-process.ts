import { parseArgs } from "node:util";
import { HomematicError } from "../src/base/errors.ts";
import { silentLogger } from "../src/base/logger.ts";
import { ControlServer } from "../src/demo-control/control-server.ts";
import { SimulatedCcu } from "../src/simulator/ccu.ts";
import { isInterfaceName } from "../src/simulator/flavours.ts";
import type { SimulatedInterfaceOptions } from "../src/simulator/interface.ts";

/**
 * The simulated CCU as a process of its own, to be killed and frozen:
 * `simulated-ccu-process.ts HmIP-RF=PORT [BidCos-RF=PORT ...] [--events-per-second N] [--seed N] [--control PORT]`.
 * Prints `ready` and, with `--control`, the port of the control interface.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { "events-per-second": { type: "string" }, seed: { type: "string" }, control: { type: "string" } },
});

const interfaces = positionals.map(interfaceOf);
// CCUs that run side by side must not have the same serial.
const ccu = new SimulatedCcu({ serial: `SIM00${interfaces[0]?.port}`, seed: numberOf("--seed", values.seed ?? "1"), interfaces });
await ccu.start();
await ccu.set({ eventsPerSecond: numberOf("--events-per-second", values["events-per-second"] ?? "0") });
process.stdout.write(`ready${values.control === undefined ? "" : ` ${await controlPort(values.control)}`}\n`);

async function controlPort(wanted: string): Promise<number> {
  const control = new ControlServer({ ccu, logger: silentLogger });
  await control.start(numberOf("--control", wanted));
  return control.port;
}

function interfaceOf(argument: string): SimulatedInterfaceOptions {
  const [name, port = ""] = argument.split("=", 2);
  if (!isInterfaceName(name)) throw new HomematicError({ code: "CONFIG_INVALID", message: `${argument}: expected INTERFACE=PORT` });
  return { name, port: numberOf(argument, port) };
}

function numberOf(argument: string, given: string): number {
  const number = Number(given);
  if (given === "" || !(number >= 0)) throw new HomematicError({ code: "CONFIG_INVALID", message: `${argument}: expected a number` });
  return number;
}
