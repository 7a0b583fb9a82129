import { expect } from "vitest";
import type { LocalText } from "../../../src/base/local-text.ts";
import type { Logger } from "../../../src/base/logger.ts";
import { silentLogger } from "../../../src/base/logger.ts";
import type { Subscription } from "../../../src/base/subscription.ts";
import type { Options } from "../../../src/config.ts";
import type { AppIdentity } from "../../../src/homeassistant/companion-protocol.ts";
import { HomeAssistantLink } from "../../../src/homeassistant/home-assistant-link.ts";
import { Publisher } from "../../../src/homeassistant/publisher.ts";
import { NO_ROUTE, type RouteMemory, type RouteState } from "../../../src/homeassistant/route-memory.ts";
import type { HubCcu, HubEvent, HubInterface, HubMetricValues, HubProblem } from "../../../src/hub/hub-sensor-sink.ts";
import type { FakeHomeAssistant } from "../../support/fake-home-assistant.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const APP: AppIdentity = { instanceId: "instance-1", version: "0.1.0", bundledVersion: "0.1.0", url: null };
export const CCU: HubCcu = { kind: "ccu", id: "NEQ1234567", name: "CCU", model: "OpenCCU", firmware: "3.83.6" };
export const VALUES: HubMetricValues = { system_health: 100, connection_latency: 12.4, last_event_age: null };

export const INTERFACE: HubInterface = {
  kind: "interface",
  id: "NEQ1234567/HmIP-RF",
  ccuId: "NEQ1234567",
  name: "HmIP-RF",
  model: null,
  firmware: null,
};
export const PROBLEM: HubProblem = { key: "callback_unreachable", interfaces: ["HmIP-RF"], url: "http://192.168.178.10:2121/" };

export function event(differences: Partial<HubEvent> = {}): HubEvent {
  return {
    ccuId: CCU.id,
    type: "interface_lost",
    interfaceName: "HmIP-RF",
    cause: "process_down",
    message: { en: "HmIP-RF does not answer.", de: "HmIP-RF antwortet nicht." },
    remedy: { en: "Restart the CCU.", de: "Starten Sie die CCU neu." },
    sinceMs: 0,
    durationSeconds: null,
    ...differences,
  };
}

/** The memory of the routes, which outlives a publisher. */
export class Memory implements RouteMemory {
  route: RouteState;

  constructor(route: RouteState = NO_ROUTE) {
    this.route = route;
  }

  rememberRoute(route: RouteState): void {
    // As a file would give it back.
    this.route = JSON.parse(JSON.stringify(route));
  }
}

/** Resolves once `condition` holds; it is looked at on every change of `source`. */
export async function until(source: { onChange(listener: () => void): Subscription }, condition: () => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const check = (): void => {
    if (condition()) resolve();
  };
  using _subscription = source.onChange(check);
  check();
  await promise;
}

/** Lets what was set free by a timer run on, up to its next wait. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Lets everything that is already on its way arrive, without time passing. */
export async function settle(home: FakeHomeAssistant): Promise<void> {
  for (const peer of home.peers) {
    const pong = new Promise((resolve) => peer.ws.once("pong", resolve));
    peer.ws.ping();
    await pong;
  }
}

/** Lets time pass in steps short enough for every ping to be answered. */
export async function pass(home: FakeHomeAssistant, clock: ManualClock, ms: number, stepMs = 5_000): Promise<void> {
  await settle(home);
  for (let left = ms; left > 0; left -= stepMs) {
    clock.advance(Math.min(stepMs, left));
    await settle(home);
  }
}

/** Lets time pass in small steps until `condition` holds; throws after `limitMs`. */
export async function passUntil(home: FakeHomeAssistant, clock: ManualClock, condition: () => boolean, limitMs = 120_000): Promise<void> {
  await home.until(() => home.peers.size > 0);
  const endMs = clock.monotonicMs() + limitMs;
  while (!condition()) {
    if (clock.monotonicMs() >= endMs) throw new Error(`did not happen within ${limitMs} ms`);
    await pass(home, clock, 250);
  }
}

export function recordingLogger(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const record =
    (level: string) =>
    (first: string | object, message?: string): void => {
      lines.push(`${level} ${typeof first === "string" ? first : `${message} ${JSON.stringify(first)}`}`);
    };
  return { logger: { debug: record("debug"), info: record("info"), warn: record("warn"), error: record("error") }, lines };
}

export interface Rig extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly link: HomeAssistantLink;
  readonly publisher: Publisher;
  /** Aborts the signal of the application. */
  abort(): void;
}

export interface RigOptions {
  readonly home: FakeHomeAssistant;
  readonly app?: AppIdentity;
  readonly options?: Partial<Pick<Options, "publish" | "language">>;
  readonly memory?: RouteMemory;
  readonly companionGuided?: boolean;
  readonly logger?: Logger;
}

const NOTHING: LocalText = { en: "", de: "" };

/** A started publisher and its link, stopped in the order of the application; all that it says of problems is said in both languages. */
export function startRig({
  home,
  app = APP,
  options = {},
  memory = new Memory(),
  companionGuided = false,
  logger = silentLogger,
}: RigOptions): Rig {
  const clock = new ManualClock();
  const link = new HomeAssistantLink({ target: home.target, clock, logger, random: () => 0 });
  const publisher = new Publisher({
    link,
    app,
    options: { publish: "auto", language: "auto", ...options },
    memory,
    companionGuided,
    clock,
    logger,
  });
  const application = new AbortController();
  const told: LocalText[] = [];
  publisher.onChange(() => told.push(publisher.status().message ?? NOTHING));
  publisher.start(application.signal);
  link.start(application.signal);
  return {
    clock,
    link,
    publisher,
    abort: () => application.abort(),
    async [Symbol.asyncDispose]() {
      await publisher[Symbol.asyncDispose]();
      await link[Symbol.asyncDispose]();
      expect(told.filter((text) => text !== NOTHING && (text.de === "" || text.de === text.en))).toEqual([]);
    },
  };
}

export const isPublishing = ({ publisher }: Rig): boolean => publisher.status().state === "publishing";
export const publishing = ({ publisher }: Rig): Promise<void> => until(publisher, () => publisher.status().state === "publishing");
export const waiting = ({ publisher }: Rig): Promise<void> => until(publisher, () => publisher.status().state === "waiting");

/** A rig that has published one CCU. */
export async function startPublished(options: RigOptions): Promise<Rig> {
  const rig = startRig(options);
  rig.publisher.describe(CCU, VALUES);
  await publishing(rig);
  return rig;
}
