#!/usr/bin/env node
import { constants } from "node:os";
import { errorMessage, HomematicError, isHomematicError } from "./base/errors.ts";

function isUsageError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
}

// Half of the threads may look up names, of which some hang for as long as the network is down; read when the first one is needed.
process.env["UV_THREADPOOL_SIZE"] ??= "64";

// Whoever reads the log may go away; the CCU is watched on.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

const stop = new AbortController();
for (const name of ["SIGTERM", "SIGINT"] as const)
  process.on(name, () => stop.abort(new HomematicError({ code: "ABORTED", context: { signal: constants.signals[name] } })));

try {
  // Loaded late: most of the start is loading, and a signal in that time has to find its handler.
  const { runProgram } = await import("./program.ts");
  await runProgram(stop.signal);
} catch (error) {
  if (!stop.signal.aborted) {
    const known = isHomematicError(error) || isUsageError(error);
    process.stderr.write(
      known
        ? `${errorMessage(error)}\n`
        : `Unexpected failure, please report it: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exitCode = 1;
  }
}
