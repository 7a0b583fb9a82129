import { constants } from "node:os";
import { systemClock } from "../base/clock.ts";
import { errorMessage, HomematicError, isHomematicError } from "../base/errors.ts";
import { fill, type LocalText } from "../base/local-text.ts";
import { silentLogger } from "../base/logger.ts";
import { CallbackGateway } from "../callback-gateway.ts";
import { callersOf } from "../ccu-callers.ts";
import { CallWitness } from "./call-witness.ts";
import { openCallbackPort } from "./callback-port.ts";
import { examine } from "./examination.ts";
import type { Verdict } from "./findings.ts";
import { jsonReport, textReport } from "./report.ts";
import { type DoctorEnvironment, type DoctorRequest, inOptionsOfDoctor, parseRequest } from "./request.ts";
import { ENDING, INTERRUPTED, LOOKING, STILL_REGISTERED } from "./texts.ts";

/** What the shell is told; `docs/doctor.md` describes them. A signal is told as shells do it: 128 and its number. */
export const EXIT_CODES: Readonly<Record<Verdict | "wrongUsage" | "unexpected", number>> = {
  ok: 0,
  degraded: 1,
  critical: 2,
  wrongUsage: 3,
  unexpected: 4,
};
const SIGNALLED = 128;
/** The report says all there is to say. */
const QUIETLY = { clock: systemClock, logger: silentLogger };
/** A CCU that hangs, or the look-up of a name, must not keep whoever pressed Ctrl-C waiting. */
const END_LIMIT_S = 4;

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
  const crash = new AbortController();
  const hangUp = new AbortController();
  // Whatever ends it, what was registered is taken back first: also when the terminal is closed, and after a defect of our own.
  process.on("uncaughtException", (error) => crash.abort(error));
  process.on("SIGHUP", () => hangUp.abort(new HomematicError({ code: "ABORTED", context: { signal: constants.signals.SIGHUP } })));
  try {
    const request = parseRequest(args, env);
    if ("print" in request) {
      process.stdout.write(request.print);
      return EXIT_CODES.ok;
    }
    const code = await report(request, AbortSignal.any([signal, hangUp.signal, crash.signal]));
    crash.signal.throwIfAborted();
    return code;
  } catch (error) {
    const code = exitCodeOf(error);
    const isOurs = code === EXIT_CODES.unexpected && error instanceof Error;
    process.stderr.write(isOurs ? `Unexpected failure, please report it: ${error.stack}\n` : `${inOptionsOfDoctor(errorMessage(error))}\n`);
    return code;
  }
}

async function report(request: DoctorRequest, signal: AbortSignal): Promise<number> {
  const { ccu, callback, seconds, language, json } = request;
  const say = (text: LocalText, values: Readonly<Record<string, string>> = {}): void =>
    void process.stderr.write(`${fill(text, values)[language]}\n`);
  say(LOOKING, { host: ccu.host, seconds: String(seconds) });
  const witness = new CallWitness();
  const onAbort = (): void => {
    say(ENDING, { seconds: String(END_LIMIT_S) });
    setTimeout(() => process.exit(exitCodeOf(signal.reason)), END_LIMIT_S * 1_000).unref();
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await using server = await openCallbackPort({ port: callback.port, ...QUIETLY, signal });
    const gateway = new CallbackGateway({ server, configuredHost: callback.host, ...QUIETLY });
    const callerFactory = callersOf(ccu, systemClock);
    const findings = await examine({ request, callerFactory, witness, gateway, ...QUIETLY, signal, say });
    process.stderr.write("\n");
    process.stdout.write(json ? jsonReport(findings, language) : textReport(findings, language, terminalWidth()));
    return EXIT_CODES[findings.verdict];
  } catch (error) {
    if (!isHomematicError(signal.reason, "ABORTED")) throw error;
    const names = witness.registered.join(", ");
    say(names === "" ? INTERRUPTED : STILL_REGISTERED, { names });
    return exitCodeOf(signal.reason);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Where nobody looks at once, nothing is broken into lines. */
function terminalWidth(): number | undefined {
  return process.stdout.columns || undefined;
}

function exitCodeOf(error: unknown): number {
  if (isHomematicError(error, "ABORTED")) return SIGNALLED + Number(error.context["signal"]);
  return isUsageError(error) ? EXIT_CODES.wrongUsage : EXIT_CODES.unexpected;
}

/** What the reading of the command line throws, and a port that was wished for and cannot be had. */
function isUsageError(error: unknown): boolean {
  if (isHomematicError(error, "CONFIG_INVALID", "CONFIG_UNREADABLE", "PORT_IN_USE", "PORT_FORBIDDEN")) return true;
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
}
