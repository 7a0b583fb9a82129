import { systemClock } from "../base/clock.ts";
import { errorMessage, isHomematicError } from "../base/errors.ts";
import { fill } from "../base/local-text.ts";
import { silentLogger } from "../base/logger.ts";
import { CallbackGateway } from "../callback-gateway.ts";
import { callersOf } from "../ccu-callers.ts";
import { openCallbackPort } from "./callback-port.ts";
import { examine } from "./examination.ts";
import type { Verdict } from "./findings.ts";
import { jsonReport, textReport } from "./report.ts";
import { type DoctorEnvironment, type DoctorRequest, inOptionsOfDoctor, languageOf, parseRequest } from "./request.ts";
import { INTERRUPTED, LOOKING, USAGE } from "./texts.ts";

const EXIT_CODES: Readonly<Record<Verdict, number>> = { ok: 0, degraded: 1, critical: 2 };
const WRONG_USAGE = 3;
/** The report says all there is to say. */
const QUIETLY = { clock: systemClock, logger: silentLogger };
/** As a shell shows what Ctrl-C has ended. */
const ENDED_BY_SIGNAL = 130;

/** Looks at a CCU once, prints what is wrong and what to do, and returns the exit code. */
export async function runDoctor({
  args,
  env,
  signal,
}: {
  args: readonly string[];
  env: DoctorEnvironment;
  signal: AbortSignal;
}): Promise<number> {
  try {
    const request = parseRequest(args, env);
    if (request === null) {
      process.stdout.write(USAGE[languageOf(undefined, env)]);
      return 0;
    }
    return await report(request, signal);
  } catch (error) {
    if (!isHomematicError(error) && !isUsageError(error)) throw error;
    process.stderr.write(`${inOptionsOfDoctor(errorMessage(error))}\n`);
    return WRONG_USAGE;
  }
}

async function report(request: DoctorRequest, signal: AbortSignal): Promise<number> {
  const { ccu, callback, seconds, language, json } = request;
  process.stderr.write(`${fill(LOOKING, { host: ccu.host, seconds: String(seconds) })[language]}\n\n`);
  try {
    await using server = await openCallbackPort({ port: callback.port, ...QUIETLY, signal });
    const gateway = new CallbackGateway({ server, configuredHost: callback.host, ...QUIETLY });
    const findings = await examine({ request, callerFactory: callersOf(ccu, systemClock), gateway, ...QUIETLY, signal });
    process.stdout.write(json ? jsonReport(findings, language) : textReport(findings, language));
    return EXIT_CODES[findings.verdict];
  } catch (error) {
    if (!signal.aborted) throw error;
    process.stderr.write(`${INTERRUPTED[language]}\n`);
    return ENDED_BY_SIGNAL;
  }
}

/** What the reading of the command line throws. */
function isUsageError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
}
