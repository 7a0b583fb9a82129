import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { parseOptions } from "../../src/config.ts";
import { CAUSE_CODES } from "../../src/diagnosis/cause-codes.ts";
import { CAUSES } from "../../src/diagnosis/causes.ts";
import { tableOf } from "../support/markdown-table.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const MONITORING = join(ROOT, "monitoring");
const read = (file: string): string => readFileSync(join(MONITORING, file), "utf8");

const Rule = z.object({
  alert: z.string(),
  expr: z.string(),
  for: z.string(),
  labels: z.object({ severity: z.enum(["critical", "warning", "info"]) }),
  annotations: z.record(z.string(), z.string()),
});
const Rules = z.object({ groups: z.array(z.object({ rules: z.array(Rule) })) });
const Expected = z.object({ exp_labels: z.record(z.string(), z.string()) });
const Tests = z.object({
  tests: z.array(
    z.object({
      alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.array(Expected) })).default([]),
    }),
  ),
});
const Place = z.object({ x: z.int(), y: z.int(), w: z.int().positive(), h: z.int().positive() });
const Panel = z.object({
  id: z.int(),
  type: z.string(),
  title: z.string().min(1),
  description: z.string().optional(),
  gridPos: Place,
  targets: z
    .array(
      z.object({ expr: z.string(), legendFormat: z.string().optional(), datasource: z.object({ uid: z.literal("$" + "{datasource}") }) }),
    )
    .default([]),
});
const Dashboard = z.object({ uid: z.string(), panels: z.array(Panel) });
const Networks = z.object({ default: z.object({ aliases: z.array(z.string()) }) }).optional();
const Volumes = z.object({
  services: z.record(
    z.string(),
    z.object({ image: z.string(), volumes: z.array(z.string()), ports: z.array(z.string()).default([]), networks: Networks }),
  ),
});

const Scraped = z.object({
  scrape_configs: z.array(z.object({ job_name: z.string(), static_configs: z.array(z.object({ targets: z.array(z.string()) })) })),
});

const rules = Rules.parse(parse(read("alerts.yaml"))).groups.flatMap((group) => group.rules);
const checks = Tests.parse(parse(read("alerts.test.yaml"))).tests.flatMap(({ alert_rule_test }) => alert_rule_test);
const brokenCauses = CAUSE_CODES.filter((code) => CAUSES[code].severity !== "notice");
const { panels } = Dashboard.parse(JSON.parse(read("dashboard.json")));
const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

describe("the alert rules", () => {
  test("each cause that breaks something belongs to one of them, and none to two", () => {
    const named = rules.flatMap(({ expr }) => [...expr.matchAll(/\bcause=~?"([^"]+)"/g)].flatMap(([, codes = ""]) => codes.split("|")));
    expect(named.toSorted()).toEqual(brokenCauses.toSorted());
  });

  test("each cause that breaks something has a test in which it is told", () => {
    const told = new Set(checks.flatMap(({ exp_alerts }) => exp_alerts.map(({ exp_labels }) => exp_labels["cause"])));
    expect(brokenCauses.filter((code) => !told.has(code))).toEqual([]);
  });

  test.each(rules)("$alert says where, since serial numbers and addresses tell sites apart for nobody", ({ annotations }) => {
    for (const text of ["summary", "summary_de"]) expect(annotations[text]).toContain("{{ with $labels.site }} ({{ . }}){{ end }}");
  });

  test("docs/fleet.md names each of them with its causes", () => {
    const causesOf = (expr: string): readonly string[] =>
      [...expr.matchAll(/\bcause=~?"([^"]+)"/g)].flatMap(([, codes = ""]) => codes.split("|"));
    const documented = tableOf(readFileSync(join(ROOT, "docs/fleet.md"), "utf8"), "| alert |").map(([alert, told = ""]) => [
      alert,
      CAUSE_CODES.filter((code) => told.includes(`\`${code}\``)),
    ]);
    expect(documented).toEqual(
      rules.map(({ alert, expr }) => [`\`${alert}\``, CAUSE_CODES.filter((code) => causesOf(expr).includes(code))]),
    );
  });

  test("no cause is told while nobody is to be alarmed", () => {
    const telling = rules.filter(({ expr }) => expr.includes("homematic_vitals_cause"));
    expect(telling.length).toBeGreaterThan(5);
    for (const { alert, expr } of telling)
      expect([alert, expr]).toEqual([alert, expect.stringMatching(/unless on \(.*\) homematic_vitals_ccu_quiet == 1\s*$/)]);
  });

  test.each(rules)("$alert says in two languages what is wrong and what to do", ({ annotations }) => {
    expect(Object.keys(annotations).toSorted()).toEqual(["remedy", "remedy_de", "summary", "summary_de"]);
    for (const text of Object.values(annotations)) expect(text).toMatch(/^.{20,}\.$/);
  });

  test.each(rules)("$alert has a test in which it fires and one in which it does not yet", ({ alert }) => {
    const own = checks.filter(({ alertname }) => alertname === alert);
    expect(new Set(own.map(({ exp_alerts }) => exp_alerts.length > 0))).toEqual(new Set([true, false]));
  });
});

describe("the dashboard", () => {
  test("has panels that tell what they show and lie beside each other", () => {
    const taken = new Set<string>();
    for (const { type, title, description, gridPos, targets } of panels) {
      if (type !== "row") expect([title, (description ?? "").length > 10, targets.length > 0]).toEqual([title, true, true]);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect([title, x < 24, taken.has(`${x}/${y}`)]).toEqual([title, true, false]);
          taken.add(`${x}/${y}`);
        }
      }
    }
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  test("names in each legend that tells CCUs apart the CCU as its owner does, and its site", () => {
    const legends = panels.flatMap(({ targets }) => targets.map(({ legendFormat = "" }) => legendFormat));
    expect(legends.filter((legend) => /\{\{(ccu|name|interface)\}\}/.test(legend)).length).toBeGreaterThan(10);
    expect(legends.filter((legend) => legend.includes("{{ccu}}"))).toEqual([]);
    expect(legends.filter((legend) => /\{\{(name|instance)\}\}/.test(legend) && !legend.endsWith(" {{site}}"))).toEqual([]);
  });
});

test("rules and dashboard ask only for series that docs/metric-keys.md holds", () => {
  const documented = readFileSync(join(ROOT, "docs/metric-keys.md"), "utf8");
  const asked = [...queries, ...rules.map(({ expr }) => expr)].flatMap((query) =>
    [...query.matchAll(/\b(?:homematic_vitals|process)_\w+\b(?=[{ )[]|$)/gm)].map(([name]) => name),
  );
  const known = (name: string): boolean =>
    documented.includes(`\`${name.replace(/_(total|info|bucket|sum|count)$/, "")}\``) || documented.includes(`\`${name}\``);
  expect(asked.length).toBeGreaterThan(30);
  expect([...new Set(asked)].filter((name) => !known(name))).toEqual([]);
});

describe.each(["compose.yaml", "site/compose.yaml"])("%s", (file) => {
  const { services } = Volumes.parse(parse(read(file)));
  const each = Object.entries(services);

  test("pins every image to a version", () => {
    for (const [name, { image }] of each) expect([name, image]).toEqual([name, expect.stringMatching(/:v?\d+\.\d+\.\d+$/)]);
  });

  test("opens ports on the loopback address only", () => {
    for (const [name, { ports }] of each) expect([name, ports.filter((port) => !port.startsWith("127.0.0.1:"))]).toEqual([name, []]);
  });

  test("mounts only files that are there, apart from the password, which each site writes itself", () => {
    const mounted = each.flatMap(([, { volumes }]) =>
      volumes.flatMap((volume) => (volume.startsWith("./") ? [volume.split(":")[0] ?? ""] : [])),
    );
    expect(mounted.length).toBeGreaterThan(0);
    const missing = mounted.filter((path) => !existsSync(join(MONITORING, file, "..", path)));
    expect(missing).toEqual(file === "compose.yaml" ? [] : ["./password"]);
  });
});

describe("the files of the fleet are in step", () => {
  const { services } = Volumes.parse(parse(read("compose.yaml")));
  const scraped = (file: string) => Scraped.parse(parse(read(file))).scrape_configs;

  test("Grafana asks the store, whichever of the two it is, on the port that it answers on", () => {
    const [{ url }] = z
      .object({ datasources: z.tuple([z.object({ url: z.url(), isDefault: z.literal(true) })]) })
      .parse(parse(read("grafana/datasources.yaml"))).datasources;
    const { hostname, port } = new URL(url);
    for (const name of ["prometheus", "victoriametrics"]) {
      expect([name, services[name]?.networks?.default.aliases, services[name]?.ports]).toEqual([
        name,
        [hostname],
        [`127.0.0.1:${port}:${port}`],
      ]);
    }
  });

  test("Grafana takes rates over enough scrapes of each site, also of one with a slow line", () => {
    const secondsOf = (text = ""): number => Number.parseInt(text, 10) * (text.endsWith("m") ? 60 : 1);
    const [{ jsonData }] = z
      .object({ datasources: z.tuple([z.object({ jsonData: z.object({ timeInterval: z.string() }) })]) })
      .parse(parse(read("grafana/datasources.yaml"))).datasources;
    const slow = /`scrape_interval` to `(\w+)`/.exec(readFileSync(join(ROOT, "docs/fleet.md"), "utf8"))?.[1];
    const usual = ["prometheus.yaml", "site/agent.yaml"].map(
      (file) => z.object({ global: z.object({ scrape_interval: z.string() }) }).parse(parse(read(file))).global.scrape_interval,
    );
    expect(secondsOf(slow)).toBeGreaterThan(0);
    expect(secondsOf(jsonData.timeInterval)).toBe(Math.max(...[slow, ...usual].map(secondsOf)));
  });

  test("Grafana finds the dashboard where compose.yaml puts it", () => {
    const { providers } = z
      .object({ providers: z.array(z.object({ options: z.object({ path: z.string() }) })) })
      .parse(parse(read("grafana/dashboards.yaml")));
    expect(providers.map(({ options }) => `./dashboard.json:${options.path}/homematic-vitals.json:ro`)).toEqual(
      services["grafana"]?.volumes.filter((volume) => volume.startsWith("./dashboard.json")),
    );
  });

  test("store and agent scrape under the name that rules and dashboard ask for, on the port of the page", () => {
    const asked = [...queries, ...rules.map(({ expr }) => expr)].flatMap((query) =>
      [...query.matchAll(/\bjob="([^"]+)"/g)].map(([, job]) => job),
    );
    const { port } = parseOptions({ ccus: [{ host: "ccu" }] }).options.web;
    for (const file of ["prometheus.yaml", "site/agent.yaml"]) {
      const jobs = scraped(file);
      expect(new Set(jobs.map(({ job_name }) => job_name))).toEqual(new Set(asked));
      expect(
        jobs
          .flatMap(({ static_configs }) => static_configs.flatMap(({ targets }) => targets))
          .every((target) => target.endsWith(`:${port}`)),
      ).toBe(true);
    }
  });
});

test("the Supervisor takes no file here for an add-on", () => {
  const files = readdirSync(MONITORING, { recursive: true, encoding: "utf8" });
  expect(files.filter((file) => /(^|\/)(config|repository)\.(ya?ml|json)$/.test(file))).toEqual([]);
});
