import { randomBytes, randomUUID } from "node:crypto";
import { type Clock, sleep } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { CallbackGateway } from "../callback-gateway.ts";
import { INTERFACE_KINDS } from "../ccu/interface-kinds.ts";
import { type CallerFactory, CentralUnit } from "../central/central-unit.ts";
import type { CallbackRegistry, InterfaceLink } from "../central/interface-link.ts";
import { severityOf } from "../diagnosis/diagnose.ts";
import type { Diagnosis } from "../diagnosis/diagnosis.ts";
import { IncidentStore } from "../incidents/incident-store.ts";
import { type Findings, findingsOf, hasProvedItself } from "./findings.ts";
import type { DoctorRequest } from "./request.ts";

const CHECK_MS = 250;
/** What cuts the connection for so long is what there is to tell; sooner it may be replaced by what is behind it. */
const SETTLED_MS = 10_000;

/** Looks once at the CCU the way the program watches it, and leaves nothing registered there, however it ends. */
export async function examine(parts: {
  request: DoctorRequest;
  callerFactory: CallerFactory;
  /** Gives the CCU the address that it is to call. */
  gateway: CallbackRegistry & Pick<CallbackGateway, "host" | "port">;
  clock: Clock;
  logger: Logger;
  signal: AbortSignal;
}): Promise<Findings> {
  const { request, callerFactory, gateway, clock, logger, signal } = parts;
  await using resources = new AsyncDisposableStack();
  const firmware = new Map<string, string | null>();
  const id = randomUUID();
  const central = new CentralUnit({
    options: request.ccu,
    identity: {
      instanceId: id,
      callbackSecret: randomBytes(16).toString("hex"),
      nonce: randomBytes(4).toString("hex"),
      deviceId: id,
      knownMetrics: new Map(),
      settle: () => id,
      remember: () => {},
    },
    callerFactory,
    registry: gateway,
    sink: {
      describe: (device) => void firmware.set(device.name, device.firmware),
      publish() {},
      remove() {},
      tell() {},
      problems() {},
    },
    rhythms: { read: () => [], remember: () => {} },
    maintenance: null,
    incidents: { store: new IncidentStore({ log: NO_FILE, clock }), redact: () => "" },
    clock,
    logger,
  });
  resources.defer(() => central.stop());
  central.start(signal);
  const endMs = clock.monotonicMs() + request.seconds * 1_000;
  while (!isSettled(central, clock) && clock.monotonicMs() < endMs) await sleep({ clock, delayMs: CHECK_MS, signal });
  return findingsOf({
    central,
    searched: request.ccu.interfaces.length === 0,
    callback: { host: gateway.host, port: gateway.port },
    versionOf: (name) => firmware.get(name) ?? null,
  });
}

/** Nothing of a single look is kept. */
const NO_FILE = { read: () => [], append: () => true, rewrite: () => true, size: () => 0 };

function isSettled({ links, readings }: CentralUnit, clock: Clock): boolean {
  const { cause } = readings;
  if (links.length === 0) return cause !== null && stands(cause.sinceMs, clock);
  return links.every((link) => isComplete(link) || isCutOff(link.diagnosis.current, clock));
}

function isComplete(link: InterfaceLink): boolean {
  const isHeard = link.readings.lastEventMs !== null || !INTERFACE_KINDS[link.name].hasRadio;
  return link.progress.step === "done" && hasProvedItself(link) && isHeard;
}

function isCutOff({ causes: [primary] }: Diagnosis, clock: Clock): boolean {
  return primary !== undefined && severityOf(primary.code) === "critical" && stands(primary.sinceMs, clock);
}

function stands(sinceMs: number, clock: Clock): boolean {
  return clock.wallMs() - sinceMs >= SETTLED_MS;
}
