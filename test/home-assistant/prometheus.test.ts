import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { SimulatedCcu } from "../../src/simulator/index.ts";
import { AddOn } from "../peers/add-on.ts";
import { eventually } from "../peers/eventually.ts";
import { freePort } from "../peers/free-port.ts";
import { repositoryRoot } from "../peers/paths.ts";
import { Prometheus, type PrometheusSample, promtool } from "../peers/prometheus.ts";
import { WriteGate } from "../peers/write-gate.ts";

/** A ping every 15 s and a window that has to hold two of them. */
const DATA_LIMIT_MS = 120_000;
const RATE_WINDOW = "1m";
const MONITORING = join(repositoryRoot, "monitoring");
const OPEN_METRICS = { accept: "application/openmetrics-text; version=1.0.0" };

const Target = z.object({ expr: z.string(), legendFormat: z.string().default("") });
const Dashboard = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(Target).default([]) })),
  templating: z.object({ list: z.array(z.object({ name: z.string(), definition: z.string().optional() })) }),
});
const Composed = z.object({ services: z.record(z.string(), z.looseObject({ command: z.array(z.string()).default([]) })) });

const read = (file: string): Promise<string> => readFile(join(MONITORING, file), "utf8");
const dashboard = Dashboard.parse(JSON.parse(await read("dashboard.json")));
const queries = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr, legendFormat }): [string, string, string] => [title, expr, legendFormat]),
);
const variables = dashboard.templating.list.flatMap(({ name, definition }): [string, string][] =>
  definition === undefined ? [] : [[name, definition]],
);
/** With nothing chosen. */
const asked = (query: string): string => query.replaceAll(/\$(site|ccu)\b/g, ".*").replaceAll("$__rate_interval", RATE_WINDOW);

/** A file of `monitoring/` with what everybody enters there themselves, each of which has to be in it. */
async function filled(file: string, entries: Readonly<Record<string, string>>): Promise<string> {
  let text = await read(file);
  for (const [placeholder, entry] of Object.entries(entries)) {
    expect(text).toContain(placeholder);
    text = text.replaceAll(placeholder, entry);
  }
  return text;
}

const commandOf = async (file: string, service: string): Promise<readonly string[]> =>
  Composed.parse(parse(await read(file))).services[service]?.command ?? [];

/** The built add-on with one CCU that is well and one that is not, scraped by Prometheus with the files of `monitoring/`. */
describe("a real Prometheus", () => {
  const peers = new AsyncDisposableStack();
  let ccu: SimulatedCcu;
  let addOn: AddOn;
  let prometheus: Prometheus;

  const answered = (query: string): Promise<readonly PrometheusSample[]> =>
    eventually({
      what: `data for ${query}`,
      timeoutMs: DATA_LIMIT_MS,
      ask: async () => {
        const samples = await prometheus.query(query);
        return samples.some(({ value }) => !Number.isNaN(value)) ? samples : undefined;
      },
    });
  const becomes = (query: string, expected: number): Promise<true> =>
    eventually({
      what: `${query} = ${expected}`,
      timeoutMs: DATA_LIMIT_MS,
      ask: async () => {
        const samples = await prometheus.query(query);
        return (samples.length === 1 && samples[0]?.value === expected) || undefined;
      },
    });

  beforeAll(async () => {
    ccu = peers.use(new SimulatedCcu({ interfaces: [{ name: "BidCos-RF" }, { name: "HmIP-RF" }] }));
    const locked = peers.use(
      new SimulatedCcu({ serial: "SIM0000002", username: "vitals", password: "right", interfaces: [{ name: "HmIP-RF" }] }),
    );
    await Promise.all([ccu.start(), locked.start()]);
    await ccu.set({ eventsPerSecond: 5 });
    const interfacesOf = ({ interfaces }: SimulatedCcu): object[] => interfaces.map(({ name, port }) => ({ name, port }));
    addOn = peers.use(
      await AddOn.start({
        ccus: [
          { name: 'A "house" \\ name', host: "127.0.0.1", interfaces: interfacesOf(ccu) },
          { name: "Locked", host: "127.0.0.1", username: "vitals", password: "wrong", interfaces: interfacesOf(locked) },
        ],
        callback: { host: "127.0.0.1", port: 0 },
        home_assistant: { url: `http://127.0.0.1:${await freePort()}`, token: "none" },
      }),
    );
    const config = await filled("prometheus.yaml", { "192.168.178.30:8099": new URL(addOn.url).host, "interval: 30s": "interval: 1s" });
    prometheus = peers.use(
      await Prometheus.start({
        command: await commandOf("compose.yaml", "prometheus"),
        files: { "prometheus.yaml": config, "alerts.yaml": await read("alerts.yaml") },
      }),
    );
  });

  afterAll(() => peers.disposeAsync());

  test("scrapes the add-on in OpenMetrics, and all of it", async () => {
    await becomes('up{job="homematic_vitals"}', 1);
    const [scraped] = await answered("scrape_samples_scraped");
    const text = await (await fetch(`${addOn.url}/metrics`, { headers: OPEN_METRICS })).text();
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    expect(scraped?.value).toBeGreaterThan(100);
    expect(lines.length).toBeGreaterThan(100);
    expect(await prometheus.query("homematic_vitals_ccu_info")).toContainEqual({
      labels: expect.objectContaining({ name: 'A "house" \\ name', job: "homematic_vitals" }),
      value: 1,
    });
  });

  test("promtool finds nothing to complain of in the series", async () => {
    const text = await (await fetch(`${addOn.url}/metrics`)).text();
    expect(text).toContain("# TYPE homematic_vitals_rpc_duration_seconds histogram");
    expect(await promtool(["check", "metrics"], text)).toEqual({ passed: true, output: "" });
  });

  test.each<[string, number]>([
    ['homematic_vitals_system_health_ratio{ccu="SIM0000001"}', 1],
    ['sum(homematic_vitals_path_ok{ccu="SIM0000001", path=~"command|event"})', 4],
    ['sum(homematic_vitals_ccu_status{ccu="SIM0000001", status="ok"})', 1],
    ['homematic_vitals_cause{ccu!="SIM0000001", cause="credentials_rejected"}', 1],
    ["count(homematic_vitals_cause)", 1],
    ["homematic_vitals_home_assistant_publishing", 0],
    ['homematic_vitals_ccu_quiet{ccu="SIM0000001"}', 0],
    ['homematic_vitals_radio_duty_cycle_ratio{interface="BidCos-RF", module="SIM0000001"}', 0.06],
    ["count(count by (__name__, ccu, interface, le) (homematic_vitals_round_trip_seconds_bucket) > 1) or vector(0)", 0],
  ])("answers %s with %d", async (query, expected) => {
    await becomes(query, expected);
  });

  test("counts what the devices report, and no faster than they do", async () => {
    const rate = 'sum(rate(homematic_vitals_interface_events_total{ccu="SIM0000001"}[30s]))';
    await eventually({
      what: "ten events a second",
      timeoutMs: DATA_LIMIT_MS,
      ask: async () => (await prometheus.query(rate)).find(({ value }) => value > 9 && value < 12),
    });
  });

  test.each(queries)("has data for the panel %s, each with what its legend names", async (_title, expr, legend) => {
    const query = asked(expr);
    expect(query).not.toContain("$");
    const samples = await answered(query);
    expect(samples).not.toEqual([]);
    const named = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = ""]) => label);
    for (const { labels } of samples) expect(Object.keys(labels)).toEqual(expect.arrayContaining(named));
  });

  test.each(variables)("has values for the variable %s", async (_name, definition) => {
    const [, series = "", label = ""] = /^label_values\((.+), (\w+)\)$/.exec(definition) ?? [];
    expect(await prometheus.labelValues({ label, series: asked(series) })).toEqual(
      label === "site" ? ["home"] : [expect.stringMatching(/./), expect.stringMatching(/./)],
    );
  });

  test("the alert rules see what is wrong, and nothing else", async () => {
    await becomes("homematic_vitals_connection_latency_seconds > bool 0", 1);
    // Rules are evaluated by a clock of their own, after what they look at was scraped.
    const alerts = await eventually({
      what: "two alerts",
      timeoutMs: 30_000,
      ask: async () => {
        // The devices of the simulated household may have an empty battery.
        const raised = (await prometheus.alerts()).filter(({ labels }) => labels["severity"] !== "info");
        return new Set(raised.map(({ name }) => name)).size >= 2 ? raised : undefined;
      },
    });
    expect(new Set(alerts.map(({ name }) => name))).toEqual(new Set(["HomematicCredentialsRejected", "HomematicHomeAssistantSilent"]));
    for (const { annotations } of alerts)
      expect(annotations).toMatchObject({ summary: expect.stringMatching(/\w/), remedy: expect.stringMatching(/\w/) });
  });

  test("a device and a radio module in trouble are seen, and a CCU that is gone", async () => {
    await ccu.set({ unreachable: 2, dutyCycle: 91 });
    await becomes('homematic_vitals_interface_unreachable_devices{ccu="SIM0000001", interface="HmIP-RF"}', 2);
    await becomes('homematic_vitals_radio_duty_cycle_ratio{interface="BidCos-RF", module="SIM0000001"}', 0.91);
    await ccu.stop();
    await becomes('count(homematic_vitals_cause{ccu="SIM0000001", cause=~"connection_refused|connection_lost"})', 2);
  });

  test("an agent of a site writes to it what it scrapes there, and later what it could not send; who is gone is missed", async () => {
    await using gate = await WriteGate.start({ store: prometheus.url, username: "cellar", password: "p4ss" });
    const config = await filled("site/agent.yaml", {
      "localhost:8099": new URL(addOn.url).host,
      "interval: 30s": "interval: 1s",
      "https://metrics.example.org": gate.url,
    });
    await using agent = await Prometheus.start({
      command: await commandOf("site/compose.yaml", "agent"),
      files: { "agent.yaml": config, password: "p4ss" },
    });
    await becomes('count(homematic_vitals_build_info{site="cellar"})', 1);

    await prometheus.stop();
    const [awayAtMs, scrapes] = [Date.now(), 'prometheus_target_interval_length_seconds_count{interval="1s"}'];
    const before = await agent.own(scrapes);
    await eventually({
      what: "six scrapes of the agent without a store",
      timeoutMs: DATA_LIMIT_MS,
      ask: async () => (await agent.own(scrapes)) >= before + 6 || undefined,
    });
    const backAtMs = Date.now();
    await prometheus.start();
    const meanwhile = `[${backAtMs - awayAtMs}ms] @ ${backAtMs / 1_000}`;
    await becomes(`count_over_time(up{site="cellar"}${meanwhile}) >= bool 5`, 1);
    expect(await prometheus.query(`count_over_time(up{site="home"}${meanwhile})`)).toEqual([]);

    // Of what it has not scraped since its start the store does not notice the end.
    await becomes(`time() - timestamp(up{site="home"}) < bool ${(Date.now() - backAtMs) / 1_000}`, 1);
    await addOn.stop();
    await becomes(asked(queries.find(([title]) => title === "CCUs not heard")?.[1] ?? ""), 4);
    // What a scrape tells may be written in two parts, between which a rule is evaluated.
    await eventually({
      what: "one alarm at each site",
      timeoutMs: 30_000,
      ask: async () => {
        const raised = (await prometheus.alerts()).map(({ name, labels }) => `${name} ${labels["site"]}`);
        const alarms = raised.filter((alarm) => alarm.startsWith("HomematicVitals")).toSorted();
        expect(alarms).toEqual(["HomematicVitalsSilent cellar", "HomematicVitalsSilent home"]);
        return true;
      },
    });
  });
});

describe("promtool", () => {
  test("finds the alert rules right, and each fires when it should", async () => {
    expect(await promtool(["check", "rules", join(MONITORING, "alerts.yaml")])).toMatchObject({ passed: true });
    const { passed, output } = await promtool(["test", "rules", join(MONITORING, "alerts.test.yaml")]);
    expect(output).toContain("SUCCESS");
    expect(passed).toBe(true);
  });

  test("finds both configurations right", async () => {
    expect(await promtool(["check", "config", "--syntax-only", join(MONITORING, "prometheus.yaml")])).toMatchObject({ passed: true });
    expect(await promtool(["check", "config", "--syntax-only", "--agent", join(MONITORING, "site/agent.yaml")])).toMatchObject({
      passed: true,
    });
  });

  test("would complain of series that are wrong", async () => {
    expect(await promtool(["check", "metrics"], "# TYPE a_ms counter\na_ms 1\n")).toMatchObject({ passed: false });
  });
});
