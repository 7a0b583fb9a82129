import { availableParallelism, cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { type Soaked, soak } from "./soak.ts";
import { checksOf } from "./soak-checks.ts";
import { SOAK_FAULTS } from "./soak-faults.ts";
import { checkTable, faultTable } from "./soak-report.ts";

/** The built program under random faults in real time: `run.ts [--minutes N] [--seed N]`. Ends with code 1 if something does not hold. */
const { values } = parseArgs({ options: { minutes: { type: "string", default: "30" }, seed: { type: "string", default: "1" } } });

const minutes = numberOf("--minutes", values.minutes);
const seed = numberOf("--seed", values.seed);
const machine = `${cpus()[0]?.model ?? "unknown CPU"}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`;
const began = new Date().toISOString().slice(0, 16);

const soaked: Soaked = await soak({
  minutes,
  seed,
  say: (line) => void process.stderr.write(`${line}\n`),
});
const checks = checksOf(soaked);
const head = `${minutes} minutes with seed ${seed}: ${soaked.played.length} faults. ${machine}, ${began}Z`;
process.stdout.write(`\n${head}\n\n${faultTable(SOAK_FAULTS, soaked.played)}\n\n${checkTable(checks)}\n`);
process.exitCode = checks.every(({ holds }) => holds) ? 0 : 1;

function numberOf(option: string, given: string): number {
  const number = Number(given);
  if (!(number > 0)) throw new Error(`${option} ${given}: expected a number above 0`);
  return number;
}
