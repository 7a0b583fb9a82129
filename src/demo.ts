import type { Logger } from "./base/logger.ts";
import { type Options, parseOptions } from "./config.ts";
import { SimulatedCcu } from "./simulator/index.ts";

const LOOPBACK = "127.0.0.1";
/** Devices report this much faster than real ones, so that something is seen within seconds. */
const REPORT_SCALE = 0.1;
const INTERFACES = ["BidCos-RF", "HmIP-RF"] as const;

export interface Demo extends AsyncDisposable {
  /** Options that point at the simulated CCU. */
  readonly options: Options;
}

/** Starts the embedded simulated CCU on free ports of the loopback address. */
export async function startDemo({ logger, signal }: { logger: Logger; signal: AbortSignal }): Promise<Demo> {
  const ccu = new SimulatedCcu({ logger, host: LOOPBACK, reportScale: REPORT_SCALE, interfaces: INTERFACES.map((name) => ({ name })) });
  await ccu.start(signal);
  const interfaces = INTERFACES.map((name) => ({ name, port: ccu.interface(name).port }));
  const { options } = parseOptions({
    ccus: [{ name: "Demo CCU", host: LOOPBACK, interfaces }],
    callback: { host: LOOPBACK, port: 0 },
  });
  return { options, [Symbol.asyncDispose]: () => ccu.stop() };
}
