import { request } from "node:http";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLogger } from "../../../src/base/logger.ts";
import { ControlServer } from "../../../src/demo-control/control-server.ts";
import { NO_FAULTS, SCENARIOS, SimulatedCcu } from "../../../src/simulator/index.ts";
import { SWITCHES } from "../../../src/simulator/switches.ts";
import { listen } from "../../support/listening.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { RecordingLogger } from "../ccu/recording-logger.ts";

const PRODUCT_URL = "http://localhost:8099/";

let clock: ManualClock;
let ccu: SimulatedCcu;
let log: RecordingLogger;
let control: ControlServer;

beforeEach(async () => {
  clock = new ManualClock();
  log = new RecordingLogger();
  ccu = new SimulatedCcu({ clock, logger: log });
  await ccu.start();
  control = new ControlServer({ ccu, productUrl: PRODUCT_URL, logger: log });
  await control.start(0);
});
afterEach(async () => {
  await control[Symbol.asyncDispose]();
  await ccu.stop();
});

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** With headers that fetch would not let us choose. */
function ask({
  method = "GET",
  path = "/",
  headers = {},
  body = "",
}: Asked = {}): Promise<{ status: number; headers: object; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; headers: object; body: string }>();
  const outgoing = request({ host: "127.0.0.1", port: control.port, method, path, headers, agent: false }, (response) => {
    response
      .toArray()
      .then(
        (chunks) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }),
        reject,
      );
  });
  outgoing.on("error", reject).end(body);
  return promise;
}

const JSON_TYPE = { "content-type": "application/json" };
const FORM_TYPE = { "content-type": "application/x-www-form-urlencoded" };

const step = (value: unknown, headers = {}): Promise<{ status: number; body: string }> =>
  ask({ method: "POST", path: "/api/step", headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(value) });

const form = (fields: Readonly<Record<string, string>>, headers = {}): Promise<{ status: number; headers: object; body: string }> =>
  ask({ method: "POST", headers: { ...FORM_TYPE, ...headers }, body: new URLSearchParams(fields).toString() });

/** The fields of the form of one interface, as a browser would send them back. */
async function fieldsOf(name: string): Promise<Readonly<Record<string, string>>> {
  const { body } = await ask();
  const section = body.split(`<section id="${name}">`)[1]?.split("</section>")[0] ?? "";
  const html = section.split("</form>")[0] ?? "";
  const inputs = [...html.matchAll(/<input ([^>]*)>/g)]
    .map(([, attributes = ""]) => attributes)
    .filter((attributes) => !attributes.includes('type="checkbox"') || attributes.includes("checked"))
    .map((attributes) => [attribute(attributes, "name"), attributes.includes("value=") ? attribute(attributes, "value") : "on"]);
  const selects = [...html.matchAll(/<select [^>]*name="([^"]+)">(.*?)<\/select>/gs)].map(([, selected, options = ""]) => [
    selected,
    /value="([^"]+)" selected/.exec(options)?.[1],
  ]);
  return Object.fromEntries([...inputs, ...selects]);
}

function attribute(attributes: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1];
}

describe("the interface for scripts", () => {
  it("tells the state of every interface, and no secret address of a client", async () => {
    const { status, headers, body } = await ask({ path: "/api/state" });
    expect(status).toBe(200);
    expect(headers).toMatchObject({ "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
    expect(JSON.parse(body)).toEqual({
      scenario: null,
      interfaces: ccu.interfaces.map(({ name, port }) => ({ name, port, set: NO_FAULTS, clients: [] })),
    });
  });

  it("switches faults of one interface, or of all", async () => {
    const { status, body } = await step({ interface: "HmIP-RF", set: { mode: "boot", latePongMs: 500 } });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ interfaces: [{ set: { mode: "normal" } }, { set: { mode: "boot", latePongMs: 500 } }] });
    await step({ set: { radioSilence: true } });
    expect(ccu.interfaces.map(({ faults }) => faults.radioSilence)).toEqual([true, true]);
  });

  it("plays scenarios, one at a time", async () => {
    const scenario = (value: unknown): Promise<{ status: number; body: string }> =>
      ask({ method: "POST", path: "/api/scenario", headers: JSON_TYPE, body: JSON.stringify(value) });
    expect(JSON.parse((await scenario({ name: "reboot" })).body)).toMatchObject({ scenario: "reboot" });
    clock.advance(30_000);
    expect(ccu.interface("HmIP-RF").faults.mode).toBe("boot");
    expect(JSON.parse((await scenario({ steps: [{ atMs: 5, set: { mode: "hang" } }] })).body)).toMatchObject({ scenario: "steps" });
    expect(clock.pendingTimers).toBe(1);
    await scenario({});
    expect(clock.pendingTimers).toBe(0);
    expect(JSON.parse((await ask({ path: "/api/state" })).body)).toMatchObject({ scenario: null });
    expect(await scenario({ name: "constructor" })).toMatchObject({ status: 400, body: expect.stringContaining("reboot") });
    expect(await scenario({ steps: 1 })).toMatchObject({ status: 400, body: "steps: expected a list\n" });
  });

  it("says in the log when a scenario breaks off", async () => {
    await ask({
      method: "POST",
      path: "/api/scenario",
      headers: JSON_TYPE,
      body: JSON.stringify({ steps: [{ interface: "CUxD", set: {} }] }),
    });
    clock.advance(1);
    await ask({ path: "/api/state" });
    expect(log.lines).toContain("info simulator control: steps broke off: The simulated CCU has no CUxD");
  });

  it.each<[string, Asked, number, RegExp]>([
    ["a wrong value", { headers: JSON_TYPE, body: '{"set":{"mode":"x"}}' }, 400, /mode: given "x", expected one of normal/],
    ["an interface that is not there", { headers: JSON_TYPE, body: '{"interface":"CUxD"}' }, 400, /has no CUxD/],
    ["no JSON", { headers: JSON_TYPE, body: "{" }, 400, /expected JSON/],
    ["another content type", { headers: { "content-type": "text/plain" }, body: "{}" }, 400, /application\/json/],
    ["no content type", { body: "{}" }, 400, /application\/json/],
    ["another path", { path: "/api/other", headers: JSON_TYPE }, 404, /nothing here/],
    ["another method", { method: "PUT", headers: JSON_TYPE }, 404, /nothing here/],
  ])("refuses %s and says why", async (_name, asked, status, message) => {
    const answer = await ask({ method: "POST", path: "/api/step", ...asked });
    expect(answer).toMatchObject({ status, body: expect.stringMatching(message) });
    expect(ccu.interfaces.map(({ faults }) => faults)).toEqual([NO_FAULTS, NO_FAULTS]);
  });
});

describe("other pages and other machines", () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ["another site", { origin: "http://evil.example" }],
    ["another port", { origin: "http://localhost:8099" }],
    ["a page that hides where it comes from", { origin: "null" }],
    ["what a browser calls cross-site", { "sec-fetch-site": "cross-site" }],
    ["what a browser calls same-site", { "sec-fetch-site": "same-site" }],
    ["a name that was made to point here", { host: "evil.example" }],
  ])("cannot change anything: %s", async (_name, headers) => {
    expect(await step({ set: { mode: "hang" } }, headers)).toMatchObject({ status: 403 });
    expect(await form({ do: "scenario", name: "reboot" }, headers)).toMatchObject({ status: 403 });
    expect(clock.pendingTimers).toBe(0);
    expect(ccu.interfaces.map(({ faults }) => faults)).toEqual([NO_FAULTS, NO_FAULTS]);
  });

  it("cannot even read under another name", async () => {
    expect(await ask({ path: "/api/state", headers: { host: "evil.example:8098" } })).toMatchObject({ status: 403 });
  });

  it.each(["localhost", "127.0.0.1", "[::1]"])("our own page may, as %s", async (name) => {
    const host = `${name}:${control.port}`;
    expect(await step({}, { host, origin: `http://${host}` })).toMatchObject({ status: 200 });
    expect(await step({}, { host, origin: `http://${host}`, "sec-fetch-site": "same-origin" })).toMatchObject({ status: 200 });
  });
});

describe("the page", () => {
  it("shows every switch of every interface, every scenario and where the product is", async () => {
    const { body, headers } = await ask();
    expect(headers).toMatchObject({ "content-type": "text/html; charset=utf-8" });
    expect(headers).toHaveProperty("content-security-policy", expect.stringContaining("form-action 'self'"));
    for (const { name } of ccu.interfaces) {
      for (const each of Object.keys(SWITCHES)) expect(body).toContain(`id="${name}-${each}"`);
    }
    for (const name of Object.keys(SCENARIOS)) expect(body).toContain(`value="${name}"`);
    expect(body).toContain(`href="${PRODUCT_URL}"`);
    expect(body).not.toContain("<script");
    expect(await ask({ path: "/style.css" })).toMatchObject({ status: 200, headers: { "content-type": "text/css; charset=utf-8" } });
  });

  it("speaks German to a German browser", async () => {
    expect((await ask()).body).toContain("Faults of the simulated CCU");
    const { body } = await ask({ headers: { "accept-language": "de-DE,de;q=0.9,en;q=0.8" } });
    expect(body).toContain('<html lang="de">');
    expect(body).toContain("Fehler der simulierten Zentrale");
    expect(body).toContain("So viele Geräte sind nicht erreichbar und stumm");
  });

  it("changes nothing when its form is sent back as it is", async () => {
    await ccu.interface("HmIP-RF").set({ mode: "html", halfOpen: true, dutyCycle: 81, lostPongPercent: 12.5 });
    const { faults } = ccu.interface("HmIP-RF");
    expect(await form(await fieldsOf("HmIP-RF"))).toMatchObject({ status: 303, headers: { location: "./#HmIP-RF" } });
    expect(ccu.interface("HmIP-RF").faults).toEqual(faults);
  });

  it("switches what is changed in its form", async () => {
    await form({ ...(await fieldsOf("BidCos-RF")), mode: "hang", radioSilence: "on", dutyCycle: "99" });
    expect(ccu.interface("BidCos-RF").faults).toEqual({ ...NO_FAULTS, mode: "hang", radioSilence: true, dutyCycle: 99 });
    expect((await ask()).body).toContain('value="hang" selected');
    expect(log.lines).toEqual(["info simulated BidCos-RF: switched mode to hang, radioSilence to true, dutyCycle to 99"]);
  });

  it("does actions with what is entered", async () => {
    const { port } = ccu.interface("HmIP-RF");
    await form({ do: "action", interface: "HmIP-RF", name: "sendEvent", address: "X:1", parameter: "LEVEL", value: "0.5" });
    await form({ do: "action", interface: "HmIP-RF", name: "burst", count: "3" });
    await form({ do: "action", interface: "HmIP-RF", name: "restart", port: "0", remembersClients: "on" });
    expect(ccu.interface("HmIP-RF").port).not.toBe(port);
    expect(await form({ do: "action", interface: "HmIP-RF", name: "burst", count: "" })).toMatchObject({ status: 400 });
  });

  it("makes everything healthy again, and ends the scenario", async () => {
    await form({ do: "scenario", name: "overload" });
    clock.advance(1);
    expect((await ask()).body).toContain("Playing now");
    await step({ set: { mode: "hang" } });
    await form({ do: "healthy" });
    expect(ccu.interfaces.map(({ faults }) => faults)).toEqual([NO_FAULTS, NO_FAULTS]);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe("life-cycle", () => {
  it("takes any port when the wanted one is taken", async () => {
    await using blocker = await listen(createServer());
    await using other = new ControlServer({ ccu, logger: silentLogger });
    await other.start(blocker.port);
    expect(other.port).not.toBe(blocker.port);
    expect(other.port).toBeGreaterThan(0);
  });

  it("listens on the loopback address only", async () => {
    const addresses = Object.values(networkInterfaces()).flatMap((each = []) =>
      each.filter(({ family, internal }) => family === "IPv4" && !internal),
    );
    for (const { address } of addresses) await expect(fetch(`http://${address}:${control.port}/`)).rejects.toThrow();
    await expect(fetch(`http://127.0.0.2:${control.port}/`)).rejects.toThrow();
  });

  it("listens no more after its end, and nothing goes on", async () => {
    const { port } = control;
    await form({ do: "scenario", name: "reboot" });
    await control[Symbol.asyncDispose]();
    await control[Symbol.asyncDispose]();
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    expect(clock.pendingTimers).toBe(0);
  });

  it("may end before it has begun", async () => {
    await new ControlServer({ ccu, logger: silentLogger })[Symbol.asyncDispose]();
  });
});
