import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../..");
const SOURCES = [
  "src",
  "custom_components",
  "package.json",
  "README.md",
  "LICENSE",
  "esbuild.config.mjs",
  "page-script.ts",
  "tsconfig.json",
  "tsconfig.build.json",
];
const BUILD_LIMIT_MS = 240_000;

const NODE_CONSUMER = `
import assert from "node:assert/strict";
import { EventBus } from "homematic-vitals/events";
import * as metrics from "homematic-vitals/metrics";
import { SimulatedCcu } from "homematic-vitals/simulator";

const { MetricsObserver, MetricEvent, LatencyMetricEvent, LatencyContext, MetricEmitterMixin, ObserverSnapshot, LatencyTracker } = metrics;
assert.deepEqual(
  Object.keys(metrics).sort(),
  ["CounterMetricEvent", "GaugeMetricEvent", "HealthMetricEvent", "LatencyContext", "LatencyMetricEvent", "LatencyTracker", "MAX_METRIC_KEYS",
   "MetricEmitterMixin", "MetricEvent", "MetricType", "MetricsObserver", "ObserverSnapshot", "emitCounter", "emitGauge", "emitHealth", "emitLatency"],
);

const eventBus = new EventBus();
const observer = new MetricsObserver({ eventBus });
const seen = [];
eventBus.subscribe({ eventType: MetricEvent, eventKey: null, handler: (event) => seen.push(event) });
metrics.emitLatency({ eventBus, source: "ping_pong", sourceId: "HmIP-RF", operation: "round_trip", durationMs: 42.5 });
{
  using _ = new LatencyContext({ eventBus, source: "rpc", operation: "get_value" });
}
class Component extends MetricEmitterMixin(Object) {
  eventBusProvider = { eventBus };
  metricSource = "my_component";
  work() {
    this.emitCounter({ metricName: "operations" });
  }
}
new Component().work();
await eventBus.flush();
assert.equal(seen.length, 3);
assert.ok(seen.every((event) => event instanceof MetricEvent) && seen[0] instanceof LatencyMetricEvent);
const snapshot = observer.snapshot();
assert.ok(snapshot instanceof ObserverSnapshot && snapshot.latency.get("ping_pong:HmIP-RF:round_trip") instanceof LatencyTracker);
assert.equal(snapshot.getLatency({ key: "ping_pong:HmIP-RF:round_trip" }), 42.5);
assert.equal(snapshot.getCounter({ key: "my_component::operations" }), 1);
observer.stop();

await using ccu = new SimulatedCcu();
await ccu.start();
for (const { port } of ccu.interfaces) {
  const body = "<?xml version='1.0'?><methodCall><methodName>system.listMethods</methodName><params></params></methodCall>";
  const response = await fetch("http://127.0.0.1:" + port, { method: "POST", body, headers: { "content-type": "text/xml", "content-length": String(body.length) } });
  assert.match(await response.text(), /<methodResponse>[^]*listDevices/);
}
console.log("consumed");
`;

const TYPED_CONSUMER = `
import { type BusEvent, type BusStatistics, EventBus, type EventPriority, type Subscription } from "homematic-vitals/events";
import {
  type CounterMetricEvent, emitCounter, emitGauge, emitHealth, emitLatency, type HealthState, LatencyContext, LatencyMetricEvent, type LatencyTracker,
  MAX_METRIC_KEYS, MetricEmitterMixin, MetricEvent, MetricsObserver, MetricType, type ObserverSnapshot,
} from "homematic-vitals/metrics";
import { SimulatedCcu, type SimulatedInterface } from "homematic-vitals/simulator";

const priority: EventPriority = "LOW";
const eventBus: EventBus = new EventBus({ lowQueueLimit: 10 });
const subscription: Subscription = eventBus.subscribe({ eventType: LatencyMetricEvent, eventKey: null, priority, handler: (event) => event.durationMs.toFixed() });
eventBus.subscribe({ eventType: MetricEvent, eventKey: "a::b", handler: (event) => event.fullKey.toUpperCase() });
eventBus.subscribe({ eventType: "metric.counter", eventKey: null, handler: (event: CounterMetricEvent) => event.increment.toFixed() });
eventBus.subscribe({ eventType: "custom", eventKey: null, handler: (event) => event.timestamp.toFixed() });
// @ts-expect-error no such priority
eventBus.subscribe({ eventType: "custom", eventKey: null, handler: () => {}, priority: "URGENT" });
// @ts-expect-error a latency has no increment
eventBus.subscribe({ eventType: LatencyMetricEvent, eventKey: null, handler: (event) => event.increment });
subscription();
class Custom implements BusEvent {
  readonly type = "custom";
  readonly key = null;
  readonly timestamp = 0;
}
eventBus.publishSync(new Custom());
const published: Promise<void> = eventBus.publish(new Custom());
const statistics: BusStatistics = eventBus.statistics();
const executed: number | undefined = statistics.types.get("custom")?.handlers[0]?.executed;

const sourceId: string | undefined = undefined;
emitLatency({ eventBus, source: "s", sourceId, operation: "o", durationMs: 1 });
emitCounter({ eventBus, source: "s", metricName: "m" });
emitGauge({ eventBus, source: "s", sourceId: "x", metricName: "m", value: 1 });
emitHealth({ eventBus, source: "s", healthy: true, reason: null, score: 1 });
{
  using _ = new LatencyContext({ eventBus, source: "s", operation: "o" });
}
class Base {
  constructor(readonly name: string) {}
}
export class Component extends MetricEmitterMixin(Base) {
  protected readonly eventBusProvider = { eventBus };
  protected readonly metricSource = "component";
  protected readonly metricSourceId = "1";
  work(): string {
    this.emitLatency({ operation: "work", durationMs: 1 });
    this.emitCounter({ metricName: "operations" });
    this.emitGauge({ metricName: "depth", value: 1 });
    this.emitHealth({ healthy: true });
    return this.name;
  }
}
// @ts-expect-error protected
new Component("name").emitCounter({ metricName: "operations" });

const observer = new MetricsObserver({ eventBus, maxKeys: MAX_METRIC_KEYS, recentWindowMs: 1 });
const snapshot: ObserverSnapshot = observer.snapshot();
const tracker: LatencyTracker | undefined = snapshot.latency.get("s::o");
const median: number | null | undefined = tracker?.recent.p50Ms;
const state: HealthState | undefined = snapshot.health.get("s::health");
const lastChange: Date | undefined = state?.lastChange;
const aggregate: number | null | undefined = observer.getAggregatedLatency({ pattern: "s" })?.avgMs;
const numbers: (number | null)[] = [
  snapshot.getLatency({ key: "k" }), snapshot.getRate({ hitKey: "h", missKey: "m" }), observer.getOverallHealthScore(),
  observer.getLastEventAgeSeconds(), observer.getLastEventAgeSeconds({ sourceId: "x" }), observer.getAggregatedCounter({ pattern: "" }),
];
observer.recordEventReceived({ sourceId: "x", atMs: 1 });
observer.recordTimeout({ source: "s", sourceId: "x", operation: "o", limitMs: 1 });
const retired: number = observer.retire({ pattern: "s" });
const dirty: Subscription = observer.onDirty((keys) => keys.has("k"));
observer.stop();
// @ts-expect-error read-only
snapshot.counters.set("k", 1);
const kind: "latency" = MetricType.LATENCY;
await using ccu = new SimulatedCcu();
const interfaces: readonly SimulatedInterface[] = ccu.interfaces;
export const used = [published, executed, median, lastChange, aggregate, numbers, retired, dirty, kind, interfaces];
`;

const run = promisify(execFile);
let temporary = "";
const at = (...path: string[]): string => join(temporary, ...path);
const PACKAGE = ["consumer", "node_modules", "homematic-vitals"] as const;

/** Builds with the project's own script in a copy of the sources, packs it and unpacks it where a user's project would have it. */
async function buildPackAndInstall(): Promise<void> {
  temporary = await mkdtemp(join(tmpdir(), "homematic-vitals-package-"));
  await mkdir(at("project"));
  for (const name of SOURCES) await cp(join(ROOT, name), at("project", name), { recursive: true });
  await symlink(join(ROOT, "node_modules"), at("project", "node_modules"));
  const npm = (...args: string[]): Promise<{ stdout: string }> =>
    run("npm", ["--no-update-notifier", "--offline", ...args], {
      cwd: at("project"),
      env: { ...process.env, npm_config_cache: at("npm") },
    });
  await npm("run", "build");
  await npm("pack", "--pack-destination", temporary);
  const [tarball = ""] = (await readdir(temporary)).filter((name) => name.endsWith(".tgz"));
  await mkdir(at(...PACKAGE), { recursive: true });
  await run("tar", ["-xzf", at(tarball), "-C", at(...PACKAGE), "--strip-components=1"]);
  await mkdir(at("consumer", "node_modules", "@types"));
  await symlink(join(ROOT, "node_modules", "@types", "node"), at("consumer", "node_modules", "@types", "node"));
  await writeFile(at("consumer", "package.json"), JSON.stringify({ type: "module" }));
}

beforeAll(buildPackAndInstall, BUILD_LIMIT_MS);
afterAll(() => rm(temporary, { recursive: true, force: true }));

test("the three entries run and share their classes", async () => {
  await writeFile(at("consumer", "consumer.mjs"), NODE_CONSUMER);
  const { stdout } = await run(process.execPath, ["consumer.mjs"], { cwd: at("consumer") });
  expect(stdout).toBe("consumed\n");
});

test.each(["nodenext", "bundler"])(
  "a strict TypeScript project with module resolution %s type-checks, the shipped declarations included",
  async (moduleResolution) => {
    const module = moduleResolution === "nodenext" ? "nodenext" : "esnext";
    const compilerOptions = {
      module,
      moduleResolution,
      target: "esnext",
      lib: ["esnext"],
      types: ["node"],
      strict: true,
      skipLibCheck: false,
      noEmit: true,
    };
    await writeFile(at("consumer", "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
    await writeFile(at("consumer", "consumer.ts"), TYPED_CONSUMER);
    const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    const { stdout } = await run(process.execPath, [compiler, "--pretty", "false"], { cwd: at("consumer") }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe("");
  },
  60_000,
);

test("main.js runs by itself and comes with its map", async () => {
  await mkdir(at("alone"));
  await cp(at(...PACKAGE, "dist", "main.js"), at("alone", "main.js"));
  await writeFile(at("alone", "package.json"), JSON.stringify({ type: "module" }));
  const { stdout } = await run(process.execPath, ["main.js", "--version"], { cwd: at("alone") });
  expect(JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"))).toMatchObject({ version: stdout.trim() });
  const map: unknown = JSON.parse(await readFile(at(...PACKAGE, "dist", "main.js.map"), "utf8"));
  expect(map).toMatchObject({ sources: expect.arrayContaining(["../src/main.ts"]) });
});

test("the package holds what it needs and nothing else", async () => {
  const files = await readdir(at(...PACKAGE), { recursive: true, withFileTypes: true });
  const names = files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(at(...PACKAGE).length + 1));
  const allowed =
    /^(package\.json|README\.md|LICENSE|dist\/(main|metrics|events|simulator)\.js(\.map)?|dist\/shared\/[^/]+\.js(\.map)?|dist\/types\/.+\.d\.ts|custom_components\/.+)$/;
  expect(names.filter((name) => !allowed.test(name))).toEqual([]);
  expect(names).toEqual(
    expect.arrayContaining(["dist/main.js", "dist/main.js.map", "dist/metrics.js", "dist/events.js", "dist/simulator.js"]),
  );
});
