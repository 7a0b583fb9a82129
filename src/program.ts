import { parseArgs } from "node:util";
import { App } from "./app.ts";
import { systemClock } from "./base/clock.ts";
import { Secrets } from "./base/secrets.ts";
import { startDemo } from "./demo.ts";
import { runDoctor } from "./doctor/doctor.ts";
import { ChecksumLog } from "./incidents/checksum-log.ts";
import { IncidentStore } from "./incidents/incident-store.ts";
import { createLogger } from "./logging.ts";
import { RhythmFile } from "./rhythm-file.ts";
import { appSettings, dataFiles, loadOptions, rememberSecrets } from "./settings.ts";
import { StateFile } from "./state-file.ts";
import { VERSION } from "./version.ts";

const USAGE = `Usage: homematic-vitals [--options FILE]
       homematic-vitals doctor --host CCU

  --options FILE  read the settings from FILE (JSON, the options of the app)
  --version       print the version
  --help          print this text

  doctor          look at a CCU once and say what is wrong; doctor --help has its options

Without settings a simulated CCU is started and watched.
`;

/** A CCU or Home Assistant that hangs must not keep the process from ending. */
const STOP_LIMIT_MS = 4_000;

/** Reads arguments and settings, runs the program and ends it when the signal says so. */
export async function runProgram(signal: AbortSignal): Promise<void> {
  const [command, ...rest] = process.argv.slice(2);
  if (command === "doctor") {
    process.exitCode = await runDoctor({ args: rest, env: process.env, signal });
    setTimeout(() => process.exit(), STOP_LIMIT_MS).unref();
    return;
  }
  const { values } = parseArgs({ options: { options: { type: "string" }, version: { type: "boolean" }, help: { type: "boolean" } } });
  if (values.help || values.version) {
    process.stdout.write(values.help ? USAGE : `${VERSION}\n`);
    return;
  }
  const { env } = process;
  const parsed = loadOptions({ optionsPath: values.options, env });
  const secrets = new Secrets();
  const logger = createLogger({ level: parsed?.options.log_level ?? "info", secrets, write: (line) => process.stdout.write(line) });
  for (const warning of parsed?.warnings ?? []) logger.warn(`Options: ${warning}`);

  await using parts = new AsyncDisposableStack();
  const demo = parsed === null;
  const files = dataFiles({ demo, env });
  const state = new StateFile({ path: files.state, logger });
  const rhythms = parts.use(new RhythmFile({ path: files.rhythms, clock: systemClock, logger }));
  const incidents = new IncidentStore({ log: new ChecksumLog({ path: files.incidents, logger }), clock: systemClock });
  const options = parsed?.options ?? parts.use(await startDemo({ logger, signal })).options;
  const settings = appSettings({ options, demo, env });
  rememberSecrets(secrets, settings, state);
  const app = parts.use(new App({ settings, state, rhythms, incidents, secrets, clock: systemClock, logger }));
  await app.start(signal);
  if (demo) logger.info("No options were given: watching a simulated CCU");
  const page = settings.supervisor === null ? `its page is at http://localhost:${app.webPort}` : "its page opens with Open web UI";
  logger.info(`Homematic Vitals ${VERSION} is running, ${page}`);
  await aborted(signal);
  logger.info("Stopping");
  setTimeout(() => process.exit(0), STOP_LIMIT_MS).unref();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
