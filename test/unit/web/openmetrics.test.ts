import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ExpositionFormat, OPEN_METRICS, PROMETHEUS_TEXT } from "../../../src/web/exposition.ts";
import type { AppFigures } from "../../../src/web/figures.ts";
import { MetricsText } from "../../../src/web/openmetrics.ts";
import type { AppStatus, CcuStatus, LatencyStatus } from "../../../src/web/status.ts";
import { memoryTaken } from "../../support/memory-taken.ts";
import { appStatus, ccuStatus, EVENTS_LOST, figuresOf, interfaceStatus, metricsStatus, TROUBLED, UNMEASURED } from "./status-fixture.ts";

interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Family {
  readonly name: string;
  readonly type: string;
  readonly unit: string | null;
  readonly series: readonly Series[];
}

const textOf = (status: AppStatus, format: ExpositionFormat): string => new MetricsText().of(figuresOf(status), format).toString();

const LABEL = /([a-z_]+)="((?:[^"\\\n]|\\[\\"n])*)",?/g;
const SAMPLE = /^([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)+)\})? (\S+)$/;

function parseSample(line: string): Series {
  const [, name, labels = "", value] = SAMPLE.exec(line) ?? expect.fail(`not a sample: ${line}`);
  const unescaped = (text: string): string => text.replace(/\\(.)/g, (_, character) => (character === "n" ? "\n" : character));
  const pairs = [...labels.matchAll(LABEL)].map(([, label, text]) => [label ?? "", unescaped(text ?? "")] as const);
  return { name: name ?? "", labels: Object.fromEntries(pairs), value: Number(value) };
}

/** Reads either format strictly: metadata once and first, samples of a family together, no series twice. */
function parse(text: string): readonly Family[] {
  expect(text.endsWith("\n")).toBe(true);
  const blocks = text.replace(/# EOF\n$/, "").split(/^(?=# HELP )/m);
  const families = blocks.map((block) => {
    const [help = "", type = "", ...rest] = block.trimEnd().split("\n");
    const name = /^# HELP ([a-z_]+) \S.*\.$/.exec(help)?.[1] ?? expect.fail(`not a help line: ${help}`);
    expect(type).toMatch(new RegExp(`^# TYPE ${name} (gauge|counter|summary|histogram|info)$`));
    const unit = /^# UNIT (\S+) (\w+)$/.exec(rest[0] ?? "");
    if (unit !== null) expect(unit[1]).toBe(name);
    const series = (unit === null ? rest : rest.slice(1)).map(parseSample);
    expect(series).not.toHaveLength(0);
    return { name, type: type.split(" ")[3] ?? "", unit: unit?.[2] ?? null, series };
  });
  const names = families.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const all = families.flatMap(({ series }) => series.map(({ name, labels }) => JSON.stringify([name, Object.entries(labels).sort()])));
  expect(new Set(all).size).toBe(all.length);
  return families;
}

function sampleOf(text: string, name: string, labels: Record<string, string> = {}): number | undefined {
  const found = parse(text)
    .flatMap(({ series }) => series)
    .find(
      (one) =>
        one.name.replace(/^homematic_vitals_/, "") === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
    );
  return found?.value;
}

const STATUSES: Readonly<Record<string, AppStatus>> = {
  healthy: appStatus(),
  "without a CCU": appStatus({ ccus: [] }),
  unmeasured: appStatus({ ccus: [UNMEASURED] }),
  "with two CCUs": appStatus({ ccus: [ccuStatus(), { ...EVENTS_LOST, id: "other" }] }),
  "in trouble": appStatus({ ccus: [TROUBLED] }),
};

describe.each(Object.entries(STATUSES))("a status that is %s", (_name, status) => {
  it("follows the rules of OpenMetrics", () => {
    const text = textOf(status, OPEN_METRICS);
    expect(text.endsWith("\n# EOF\n")).toBe(true);
    const suffixes: Readonly<Record<string, RegExp>> = {
      gauge: /^$/,
      counter: /^_total$/,
      info: /^_info$/,
      summary: /^(_sum|_count)?$/,
      histogram: /^_(bucket|sum|count)$/,
    };
    for (const { name, type, unit, series } of parse(text)) {
      for (const one of series) expect(one.name.slice(name.length)).toMatch(suffixes[type] ?? /^\b$/);
      expect(unit).toBe(/_(seconds|ratio|bytes)$/.exec(name)?.[1] ?? null);
    }
  });

  it("follows the rules of the older text format and of promtool's lint", () => {
    const text = textOf(status, PROMETHEUS_TEXT);
    expect(text).not.toMatch(/# (EOF|UNIT)/);
    for (const { name, type, series } of parse(text)) {
      expect(["gauge", "counter", "summary", "histogram"]).toContain(type);
      expect(name.endsWith("_total")).toBe(type === "counter");
      expect(name).not.toMatch(/_(gauge|counter|summary|histogram|count|sum|bucket|ms|milliseconds|percent)(_|$)/);
      for (const one of series) {
        expect(one.name.replace(/_(sum|count|bucket)$/, "")).toBe(name);
        expect("quantile" in one.labels && type !== "summary").toBe(false);
        expect("le" in one.labels).toBe(one.name.endsWith("_bucket"));
      }
    }
  });
});

it("names what was shown under the address of a CCU by its serial once that is known", () => {
  const shown = (id: string) => seriesOf(textOf(appStatus({ ccus: [ccuStatus({ id, metrics })] }), OPEN_METRICS));
  const { metrics } = ccuStatus();
  const seriesOf = (text: string) => parse(text).flatMap(({ name, series }) => (name === "homematic_vitals_latency_seconds" ? series : []));
  const [before, after] = [shown("192.168.178.20"), shown("NEQ1234567")];
  expect(after).toEqual(before.map((one) => ({ ...one, labels: { ...one.labels, ccu: "NEQ1234567" } })));
  expect(after.length).toBeGreaterThan(0);
});

describe("values", () => {
  const text = textOf(appStatus({ ccus: [ccuStatus(), { ...EVENTS_LOST, id: "other" }] }), OPEN_METRICS);

  it.each<[string, Record<string, string>, number]>([
    ["system_health_ratio", { ccu: "3014F711A0001F" }, 1],
    ["system_health_ratio", { ccu: "other" }, 0.5],
    ["connection_latency_seconds", { ccu: "3014F711A0001F" }, 0.0123],
    ["last_event_age_seconds", { ccu: "3014F711A0001F" }, 95.4],
    ["path_ok", { ccu: "other", interface: "HmIP-RF", path: "command" }, 1],
    ["path_ok", { ccu: "other", interface: "HmIP-RF", path: "event" }, 0],
    ["interface_score_ratio", { ccu: "other", interface: "HmIP-RF" }, 0.5],
    ["interface_devices", { ccu: "other", interface: "HmIP-RF" }, 42],
    ["interface_recent_timeouts", { ccu: "other", interface: "HmIP-RF" }, 6],
    ["latency_seconds", { ccu: "other", key: "ping_pong:HmIP-RF:round_trip", quantile: "0.95" }, 0.0198],
    ["latency_seconds_sum", { ccu: "other", key: "ping_pong:HmIP-RF:round_trip" }, 2.9625],
    ["latency_seconds_count", { ccu: "other", key: "ping_pong:HmIP-RF:round_trip" }, 240],
    ["metric_total", { key: "callback::refused" }, 2],
    ["metric_total", { ccu: "other", key: "callback:HmIP-RF:events" }, 1_234],
    ["metric_value", { ccu: "other", key: "connections::active" }, 3],
    ["home_assistant_publishing", {}, 1],
    ["process_cpu_seconds_total", {}, 12.5],
    ["process_resident_memory_bytes", {}, 90_000_000],
    ["ccu_status", { ccu: "other", status: "ok" }, 1],
    ["ccu_status", { ccu: "other", status: "critical" }, 0],
    ["ccu_connected", { ccu: "other" }, 1],
    ["ccu_quiet", { ccu: "other" }, 0],
    ["interface_connected", { ccu: "other", interface: "HmIP-RF" }, 1],
    ["interface_events_total", { ccu: "other", interface: "HmIP-RF" }, 1_234],
    ["interface_events_estimated_lost_total", { ccu: "other", interface: "HmIP-RF" }, 0],
    ["ccu_availability_ratio", { ccu: "other", span: "day" }, 1 - 600 / 86_400],
    ["interface_availability_ratio", { ccu: "other", interface: "HmIP-RF", span: "month" }, 1 - 600 / 2_592_000],
    ["interface_failures", { ccu: "other", interface: "HmIP-RF", span: "week" }, 1],
    ["interface_events_per_minute", { ccu: "other", interface: "HmIP-RF" }, 3.2],
    ["interface_unreachable_devices", { ccu: "other", interface: "HmIP-RF" }, 0],
    ["interface_low_batteries", { ccu: "other", interface: "HmIP-RF" }, 1],
    ["interface_service_messages", { ccu: "other", interface: "HmIP-RF" }, 1],
    ["radio_module_connected", { ccu: "other", interface: "HmIP-RF", module: "3014F711A0001F" }, 1],
    ["radio_duty_cycle_ratio", { ccu: "other", interface: "HmIP-RF", module: "3014F711A0001F" }, 0.12],
    ["radio_carrier_sense_ratio", { ccu: "other", interface: "HmIP-RF", module: "3014F711A0001F" }, 0.04],
    ["demo", {}, 0],
    ["start_time_seconds", {}, Date.UTC(2026, 10, 23, 10) / 1000],
    ["build_info", { version: "0.1.0" }, 1],
    ["ccu_info", { ccu: "3014F711A0001F", name: "CCU", model: "RaspberryMatic" }, 1],
  ])("shows %s %o", (name, labels, value) => {
    expect(sampleOf(text, name, labels)).toBeCloseTo(value, 9);
  });

  it("shows a histogram as the counts up to each limit, their sum and all together", () => {
    const round = (suffix: string, le?: string): number | undefined =>
      sampleOf(text, `round_trip_seconds_${suffix}`, { ccu: "other", interface: "HmIP-RF", ...(le !== undefined && { le }) });
    expect(["0.01", "0.025", "10.0", "+Inf"].map((le) => round("bucket", le))).toEqual([60, 238, 240, 240]);
    expect([round("sum"), round("count")]).toEqual([2.9625, 240]);
    expect(sampleOf(text, "rpc_duration_seconds_bucket", { ccu: "other", le: "10.0" })).toBe(2);
    expect(sampleOf(text, "rpc_duration_seconds_bucket", { ccu: "other", le: "+Inf" })).toBe(3);
  });

  it("shows the primary cause of each interface, and what concerns the CCU as a whole without one", () => {
    const causes = (ccu: CcuStatus): readonly Series["labels"][] =>
      parse(textOf(appStatus({ ccus: [ccu] }), OPEN_METRICS))
        .find(({ name }) => name === "homematic_vitals_cause")
        ?.series.map(({ labels }) => labels) ?? [];
    const ccu = TROUBLED.id;
    expect(causes(ccuStatus())).toEqual([]);
    expect(causes(TROUBLED)).toEqual([{ ccu, interface: "HmIP-RF", cause: "timeout", severity: "critical" }]);
    const asAWhole = ccuStatus({ interfaces: [], cause: TROUBLED.cause && { ...TROUBLED.cause, interface: null } });
    expect(causes(asAWhole)).toEqual([{ ccu, cause: "timeout", severity: "critical" }]);
  });

  it("does not call a Home Assistant silent that nobody configured", () => {
    const homeAssistant = { state: "off", since: "", message: null } as const;
    expect(sampleOf(textOf(appStatus({ homeAssistant }), OPEN_METRICS), "home_assistant_publishing")).toBeUndefined();
  });

  it("leaves out what is not known instead of inventing a number", () => {
    const unknown = textOf(appStatus({ ccus: [UNMEASURED] }), OPEN_METRICS);
    for (const name of ["system_health_ratio", "connection_latency_seconds", "last_event_age_seconds", "path_ok", "latency_seconds"]) {
      expect(sampleOf(unknown, name)).toBeUndefined();
      expect(unknown).not.toContain(`_${name} `);
    }
    expect(unknown).not.toMatch(/null|NaN|undefined/);
  });

  it("leaves out an unknown path and an unsupported one", () => {
    expect(sampleOf(text, "path_ok", { ccu: "other", path: "radio" })).toBeUndefined();
  });

  it("shows one of two interfaces with the same name, because twice the same series would make the whole text useless", () => {
    const ccu = ccuStatus({ interfaces: [interfaceStatus(), interfaceStatus({ score: 0.5 })] });
    expect(sampleOf(textOf(appStatus({ ccus: [ccu] }), OPEN_METRICS), "interface_score_ratio")).toBe(0.5);
  });

  it("shows one of two radio modules whose addresses are the same once they are sent", () => {
    const radioModules = ["\ud800", "\udc00"].map((address) => ({
      address,
      name: null,
      connected: true,
      dutyCycle: 12,
      carrierSense: 4,
      dutyCycleTrend: null,
      carrierSenseTrend: null,
    }));
    const sent = Buffer.from(textOf(appStatus({ ccus: [ccuStatus({ interfaces: [interfaceStatus({ radioModules })] })] }), OPEN_METRICS));
    expect(parse(sent.toString()).find(({ name }) => name === "homematic_vitals_radio_module_connected")?.series).toHaveLength(1);
  });

  it("shows one of two CCUs with the same id", () => {
    const text = textOf(appStatus({ ccus: [EVENTS_LOST, ccuStatus()] }), OPEN_METRICS);
    expect(parse(text).find(({ name }) => name === "homematic_vitals_system_health_ratio")?.series).toHaveLength(1);
    expect(sampleOf(text, "system_health_ratio")).toBe(0.5);
  });

  it("shows at most 2,000 keys of a kind and says how many it left out", () => {
    const gauges = Object.fromEntries(Array.from({ length: 2_500 }, (_, index) => [`many:${index}:gauge`, index]));
    const many = textOf(appStatus({ ccus: [ccuStatus({ metrics: metricsStatus({ gauges }) })] }), OPEN_METRICS);
    expect(many.match(/^homematic_vitals_metric_value\{/gm)).toHaveLength(2_000);
    expect(sampleOf(many, "omitted_keys")).toBe(500);
  });

  it("keeps any name readable", () => {
    const name = fc.oneof(
      fc.string({ unit: "binary", minLength: 1 }),
      fc.string({
        unit: fc.constantFrom("\\", '"', "\n", "n", "}", ",", "=", " ", "\r", "\u2028", "\u202e", "\0", "\ud800", "\udc00"),
        minLength: 1,
      }),
      fc.constantFrom("constructor", "__proto__", "x".repeat(10_000)),
    );
    const radioModule = name.map((address) => ({
      address,
      name: null,
      connected: true,
      dutyCycle: 1,
      carrierSense: 1,
      dutyCycleTrend: null,
      carrierSenseTrend: null,
    }));
    const anInterface = fc.record({ name, radioModules: fc.array(radioModule, { maxLength: 3 }) }).map(interfaceStatus);
    const ccu = fc
      .record({ id: name, name, host: name, model: name, firmware: name, interfaces: fc.array(anInterface, { maxLength: 3 }) })
      .map(ccuStatus);
    fc.assert(
      fc.property(fc.array(ccu, { minLength: 1, maxLength: 3 }), fc.constantFrom(OPEN_METRICS, PROMETHEUS_TEXT), (ccus, format) => {
        // As it is sent; `parse` complains of a series that comes twice.
        const sent = Buffer.from(textOf(appStatus({ ccus }), format)).toString();
        const info = parse(sent).find(({ name: family }) => /^homematic_vitals_ccu(_info)?$/.test(family));
        expect(info?.series[0]?.labels).toMatchObject({ ccu: ccus[0]?.id.toWellFormed(), name: ccus[0]?.name.toWellFormed() });
      }),
    );
  });
});

const NOTHING_MEASURED: LatencyStatus = {
  count: 0,
  totalMs: 0,
  minMs: null,
  maxMs: null,
  avgMs: null,
  recent: { count: 0, avgMs: null, p50Ms: null, p95Ms: null, p99Ms: null, maxMs: null, timeouts: 0 },
};

function measured({ recent, ...sums }: { count: number; totalMs: number; recent: Partial<LatencyStatus["recent"]> }): LatencyStatus {
  return { ...NOTHING_MEASURED, ...sums, recent: { ...NOTHING_MEASURED.recent, ...recent } };
}

describe("told again and again", () => {
  const textOfAll = (figures: AppFigures, format: ExpositionFormat): string => new MetricsText().of(figures, format).toString();

  it("is what it would be told for the first time, whatever came, went, changed or stayed", () => {
    const name = fc.constantFrom("BidCos-RF", "HmIP-RF", "K\u00fcche", "\u{1f525}");
    const value = fc.constantFrom(0, -0, 1, 12, 0.000000001, 1e21, Number.NaN, null);
    const radioModule = fc
      .record({ address: name, dutyCycle: value, carrierSense: value, connected: fc.constantFrom(true, false, null) })
      .map((module) => ({ ...module, name: null, dutyCycleTrend: null, carrierSenseTrend: null }));
    const aPath = fc.constantFrom("ok", "failing", "unknown").map((state) => ({ ...interfaceStatus().paths.radio, state }));
    const paths = fc.record({ command: aPath, event: aPath, radio: aPath });
    const anInterface = fc
      .record({ name, score: value, eventCount: fc.nat({ max: 3 }), paths, radioModules: fc.array(radioModule, { maxLength: 2 }) })
      .map(interfaceStatus);
    const metrics = fc
      .record({
        gauges: fc.dictionary(name, fc.nat({ max: 2 }), { maxKeys: 3 }),
        latency: fc.dictionary(
          name,
          fc
            .record({ count: fc.nat({ max: 1 }), totalMs: fc.nat({ max: 1 }), recent: fc.record({ p50Ms: value, p95Ms: value }) })
            .map(measured),
          { maxKeys: 2 },
        ),
      })
      .map(metricsStatus);
    const ccu = fc
      .record({
        id: name,
        interfaces: fc.array(anInterface, { maxLength: 3 }),
        metrics,
      })
      .map(ccuStatus);
    const times = fc.array(fc.tuple(fc.array(ccu, { maxLength: 3 }), fc.constantFrom(OPEN_METRICS, PROMETHEUS_TEXT)), { maxLength: 6 });
    fc.assert(
      fc.property(times, (all) => {
        const kept = new MetricsText();
        for (const [ccus, format] of all) {
          const figures = figuresOf(appStatus({ ccus }));
          expect(kept.of(figures, format).toString()).toBe(textOfAll(figures, format));
        }
      }),
    );
  });

  it("is right after one that failed half-way", () => {
    const kept = new MetricsText();
    const [one, another] = [figuresOf(appStatus()), figuresOf(appStatus({ ccus: [TROUBLED] }))];
    const failing = {
      ...interfaceStatus({ name: "VirtualDevices" }),
      get paths(): never {
        throw new Error("a reading failed");
      },
    };
    const broken: AppFigures = {
      ...another,
      ccus: [...another.ccus].map((ccu) => ({ ...ccu, interfaces: [...ccu.interfaces, failing] })),
    };
    kept.of(one, OPEN_METRICS);
    for (const figures of [one, another, one]) {
      expect(() => kept.of(broken, OPEN_METRICS)).toThrow("a reading failed");
      expect(kept.of(figures, OPEN_METRICS).toString()).toBe(textOfAll(figures, OPEN_METRICS));
    }
  });

  it("takes no more memory however many addresses have come and gone", () => {
    const kept = new MetricsText();
    const tell = (round: number): void => {
      const radioModules = Array.from({ length: 500 }, (_, index) => ({
        address: `module ${index} of round ${round}`,
        name: null,
        connected: true,
        dutyCycle: 1,
        carrierSense: 1,
        dutyCycleTrend: null,
        carrierSenseTrend: null,
      }));
      kept.of(figuresOf(appStatus({ ccus: [ccuStatus({ interfaces: [interfaceStatus({ radioModules })] })] })), OPEN_METRICS);
    };
    for (let round = 0; round < 20; round += 1) tell(round);
    const before = memoryTaken();
    for (let round = 20; round < 100; round += 1) tell(round);
    expect(memoryTaken() - before).toBeLessThan(1_000_000);
  });

  it("leaves what was given out before as it was, since it may still be on its way", () => {
    const kept = new MetricsText();
    const first = kept.of(figuresOf(appStatus()), OPEN_METRICS);
    const text = first.toString();
    for (let count = 0; count < 3; count += 1) kept.of(figuresOf(appStatus({ ccus: [TROUBLED] })), OPEN_METRICS);
    expect(first.toString()).toBe(text);
  });
});
