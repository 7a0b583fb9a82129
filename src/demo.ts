import type { Logger } from "./base/logger.ts";
import { type Options, parseOptions } from "./config.ts";
import { ControlServer } from "./demo-control/control-server.ts";
import { SimulatedCcu } from "./simulator/index.ts";

const LOOPBACK = "127.0.0.1";
/** Devices report this much faster than real ones, so that something is seen within seconds. */
const REPORT_SCALE = 0.1;
const INTERFACES = ["BidCos-RF", "HmIP-RF"] as const;
/** Beside the port of the product's own page. */
const CONTROL_PORT = 8098;

export interface Demo extends AsyncDisposable {
  /** Options that point at the simulated CCU. */
  readonly options: Options;
}

/** Starts the embedded simulated CCU on free ports of the loopback address, and the page that controls it. */
export async function startDemo({ logger, signal }: { logger: Logger; signal: AbortSignal }): Promise<Demo> {
  await using parts = new AsyncDisposableStack();
  const ccu = parts.use(
    new SimulatedCcu({ logger, host: LOOPBACK, reportScale: REPORT_SCALE, interfaces: INTERFACES.map((name) => ({ name })) }),
  );
  await ccu.start(signal);
  const interfaces = INTERFACES.map((name) => ({ name, port: ccu.interface(name).port }));
  const { options } = parseOptions({
    ccus: [{ name: "Demo CCU", host: LOOPBACK, interfaces }],
    callback: { host: LOOPBACK, port: 0 },
  });
  const control = parts.use(new ControlServer({ ccu, productUrl: `http://localhost:${options.web.port}/`, logger }));
  await control.start(CONTROL_PORT);
  logger.info(`Faults of the simulated CCU are switched on and off at http://localhost:${control.port}`);
  const owned = parts.move();
  return { options, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
