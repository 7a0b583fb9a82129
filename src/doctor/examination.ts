import { randomBytes, randomUUID } from "node:crypto";
import { type Clock, sleep } from "../base/clock.ts";
import type { LocalText } from "../base/local-text.ts";
import type { Logger } from "../base/logger.ts";
import type { CallbackGateway } from "../callback-gateway.ts";
import { type CallerFactory, CentralUnit } from "../central/central-unit.ts";
import type { CallbackRegistry } from "../central/link-ports.ts";
import { NO_MAINTENANCE } from "../central/quiet-times.ts";
import { severityOf } from "../diagnosis/diagnose.ts";
import type { Diagnosis } from "../diagnosis/diagnosis.ts";
import { IncidentStore } from "../incidents/incident-store.ts";
import type { CallWitness } from "./call-witness.ts";
import { callbackNotes } from "./callback-notes.ts";
import { type Findings, findingsOf, isComplete } from "./findings.ts";
import { Progress } from "./progress.ts";
import type { DoctorRequest } from "./request.ts";

const CHECK_MS = 250;
/** What cuts the connection for so long is what there is to tell; sooner it may be replaced by what is behind it. */
const SETTLED_MS = 10_000;

/** Looks once at the CCU the way the program watches it, and leaves nothing registered there, however it ends. */
export async function examine(parts: Examination): Promise<Findings> {
  const findings = await look(parts);
  return { ...findings, stillRegistered: parts.witness.registered };
}

export interface Examination {
  readonly request: DoctorRequest;
  readonly callerFactory: CallerFactory;
  /** Sees the calls that are made. */
  readonly witness: CallWitness;
  /** Gives the CCU the address that it is to call. */
  readonly gateway: CallbackRegistry & Pick<CallbackGateway, "warning">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Told what is waited for. */
  readonly say: (text: LocalText) => void;
}

async function look({ request, callerFactory, witness, gateway, clock, logger, signal, say }: Examination): Promise<Findings> {
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
    callerFactory: witness.watch(callerFactory),
    registry: gateway,
    sink: {
      describe: (device) => void firmware.set(device.name, device.firmware),
      publish() {},
      remove() {},
      tell() {},
      problems() {},
    },
    rhythms: { read: () => ({ days: [], devices: [] }), remember: () => {} },
    maintenance: NO_MAINTENANCE,
    incidents: { store: new IncidentStore({ log: NO_FILE, clock }), redact: () => "" },
    clock,
    logger,
  });
  resources.defer(() => central.stop());
  central.start(signal);
  const endMs = clock.monotonicMs() + request.seconds * 1_000;
  const progress = new Progress(say);
  while (!isSettled(central, clock) && clock.monotonicMs() < endMs) {
    progress.look(central);
    await sleep({ clock, delayMs: CHECK_MS, signal });
  }
  return findingsOf({
    central,
    witness,
    progress,
    versionOf: (name) => firmware.get(name) ?? null,
    notesOn: (told) => callbackNotes({ told, wishedPort: request.callback.port, warning: gateway.warning(request.ccu.host) }),
  });
}

/** Nothing of a single look is kept. */
const NO_FILE = { read: () => [], append: () => true, rewrite: () => true, size: () => 0 };

function isSettled({ links, readings }: CentralUnit, clock: Clock): boolean {
  const { cause } = readings;
  if (links.length === 0) return cause !== null && stands(cause.sinceMs, clock);
  return links.every((link) => isComplete(link) || isCutOff(link.diagnosis.current, clock));
}

function isCutOff({ causes: [primary] }: Diagnosis, clock: Clock): boolean {
  return primary !== undefined && severityOf(primary.code) === "critical" && stands(primary.sinceMs, clock);
}

function stands(sinceMs: number, clock: Clock): boolean {
  return clock.wallMs() - sinceMs >= SETTLED_MS;
}
