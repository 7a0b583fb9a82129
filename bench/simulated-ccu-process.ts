import { SimulatedCcu } from "../src/simulator/ccu.ts";

/** The simulated CCU as a process of its own, to be killed and frozen: `simulated-ccu-process.ts PORT`. */
const port = Number(process.argv[2]);
// CCUs that run side by side must not have the same serial.
const ccu = new SimulatedCcu({ serial: `SIM00${port}`, interfaces: [{ name: "HmIP-RF", port }] });
await ccu.start();
process.stdout.write("ready\n");
