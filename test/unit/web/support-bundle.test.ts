import { describe, expect, it, test } from "vitest";
import { supportBundle } from "../../../src/web/support-bundle.ts";
import { companionStatus } from "./companion-fixture.ts";
import { ALL_SIGNALS, ago, appStatus, ccuStatus, INCIDENTS, interfaceStatus, path, TROUBLED } from "./status-fixture.ts";

const SECRETS = {
  password: "hunter2secret",
  username: "Admin",
  token: "eyJhbGciOi.abc.def",
  ccuHost: "ccu.garden.example",
  mqtt: "broker.lan",
  serial: "3014F711A0001F",
  device: "0001D3C99C0001",
  classic: "NEQ1234567",
  group: "INT0000012",
  ip: "192.168.178.77",
  ip6: "fd00::1:2a",
  name: "Villa Kunterbunt",
};

const OPTIONS = {
  ccus: [{ name: SECRETS.name, host: SECRETS.ccuHost, username: SECRETS.username, password: SECRETS.password, interfaces: ["HmIP-RF"] }],
  home_assistant: { url: "http://192.168.178.77:8123", token: SECRETS.token },
  mqtt: { host: SECRETS.mqtt, user: SECRETS.username },
  log_level: "info",
};

const SECRET_CALL = `ping of ${SECRETS.device}:1, ${SECRETS.classic}, ${SECRETS.group} at ${SECRETS.mqtt}`;
const failing = path({ state: "failing", reason: `connect ECONNREFUSED ${SECRETS.ip}:2010 [${SECRETS.ip6}] ${SECRETS.password}` });
const STATUS = appStatus({
  ccus: [
    ccuStatus({
      id: SECRETS.serial,
      name: SECRETS.name,
      host: SECRETS.ccuHost,
      deductions: [`${SECRETS.name} does not answer at ${SECRETS.ccuHost}`],
      incidents: [
        {
          id: "1",
          interface: "HmIP-RF",
          cause: null,
          message: null,
          startedAt: ago(9),
          endedAt: null,
          durationSeconds: null,
          endUnobserved: false,
          timeline: [{ at: ago(9), kind: "call", text: SECRET_CALL, message: { en: SECRET_CALL, de: SECRET_CALL } }],
        },
      ],
      interfaces: [interfaceStatus({ paths: { command: failing, event: path(), radio: path() } })],
    }),
  ],
  counters: { [`callback:${SECRETS.ip}:refused`]: 2 },
});

const bundle = supportBundle({ status: STATUS, options: OPTIONS, takenAt: ago(0) });

/** A household whose every name and secret tells who lives there; each stands where its owner put it. */
const HOUSEHOLD = {
  ccu: "Haus Familie Brückner",
  ccuHost: "ccu-brueckner.fritz.box",
  callbackHost: "nas-brueckner.fritz.box",
  webHost: "web-brueckner.fritz.box",
  serial: "3014F711A0BRUE",
  gateway: "Gateway Kinderzimmer Mia",
  gatewayAddress: "GWMIA01",
  client: "homeassistant-Mia",
  username: "opa.heinz",
  password: "geheim&Süß 1",
  homeHost: "homeassistant-brueckner.duckdns.org",
  urlUser: "mia.login",
  urlPassword: "pw@mia",
  urlToken: "query-secret-4711",
  token: "llat-4711-abcdef",
} as const;

const HOUSEHOLD_OPTIONS = {
  ccus: [{ name: HOUSEHOLD.ccu, host: HOUSEHOLD.ccuHost, username: HOUSEHOLD.username, password: HOUSEHOLD.password, interfaces: [] }],
  callback: { host: HOUSEHOLD.callbackHost, port: 8095 },
  web: { host: HOUSEHOLD.webHost, port: 8099 },
  home_assistant: {
    url: `https://${HOUSEHOLD.urlUser}:${encodeURIComponent(HOUSEHOLD.urlPassword)}@${HOUSEHOLD.homeHost}:8123/?auth=${HOUSEHOLD.urlToken}`,
    token: HOUSEHOLD.token,
  },
};

const HOUSEHOLD_INTERFACE = interfaceStatus({
  radioModules: interfaceStatus().radioModules.map((one) => ({ ...one, address: HOUSEHOLD.gatewayAddress, name: HOUSEHOLD.gateway })),
  traffic: { ...interfaceStatus().traffic, foreignClients: [{ id: HOUSEHOLD.client, lastSeen: ago(9), everySeconds: 30 }] },
});

const HOUSEHOLD_STATUS = appStatus({
  app: { ...appStatus().app, callback: { host: HOUSEHOLD.callbackHost, port: 8095 } },
  homeAssistant: { state: "waiting", since: ago(9), message: { en: "Refused", de: "Abgelehnt" } },
  companion: companionStatus(),
  ccus: [
    {
      ...TROUBLED,
      id: HOUSEHOLD.serial,
      name: HOUSEHOLD.ccu,
      host: HOUSEHOLD.ccuHost,
      incidents: INCIDENTS,
      interfaces: [HOUSEHOLD_INTERFACE, ...TROUBLED.interfaces, ...ALL_SIGNALS.interfaces],
    },
  ],
});

/** The fields that name somebody, and the texts that have to stay as they are for the bundle to be of use. */
const FIXED = new Set(["id", "name", "host", "address", "at", "since", "takenAt", "startedAt", "endedAt"]);

/** Says something more in every text of the state. */
function saying(value: unknown, more: string, key = ""): unknown {
  if (typeof value === "string") return FIXED.has(key) ? value : `${value} ${more}`;
  if (Array.isArray(value)) return value.map((entry) => saying(entry, more, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, saying(inner, more, name)]));
}

describe("the bundle of a household", () => {
  test.each(Object.entries(HOUSEHOLD))("does not tell its %s, whichever text of the state holds it", (_kind, word) => {
    const status = JSON.parse(JSON.stringify(saying(HOUSEHOLD_STATUS, `(${word})`)));
    const text = JSON.stringify(status);
    expect(text.split(word).length).toBeGreaterThan(80);
    expect(supportBundle({ status, options: HOUSEHOLD_OPTIONS, takenAt: ago(0) })).not.toContain(word);
  });

  test("says of its radio modules and other clients how they do, not what they are called", () => {
    const dutyCycle = { value: 12, list: [`${HOUSEHOLD.gateway} ${HOUSEHOLD.gatewayAddress}: 12 %`] };
    const status = appStatus({ ccus: [ccuStatus({ signals: { ...ccuStatus().signals, dutyCycle }, interfaces: [HOUSEHOLD_INTERFACE] })] });
    const [ccu] = JSON.parse(supportBundle({ status, options: HOUSEHOLD_OPTIONS, takenAt: ago(0) })).status.ccus;
    expect(ccu.signals.dutyCycle.list).toEqual([expect.stringMatching(/^<gateway-1> <serial-\d+>: 12 %$/)]);
    expect(ccu.interfaces[0].radioModules[0]).toMatchObject({ name: "<gateway-1>", dutyCycle: 12 });
    expect(ccu.interfaces[0].traffic.foreignClients[0]).toMatchObject({ id: "<client-1>", everySeconds: 30 });
  });

  test("does not tell a password as it stands in an address", () => {
    const status = appStatus({ ccus: [ccuStatus({ deductions: [`http://x:${encodeURIComponent(HOUSEHOLD.password)}@y/`] })] });
    expect(supportBundle({ status, options: HOUSEHOLD_OPTIONS, takenAt: ago(0) })).not.toContain(encodeURIComponent(HOUSEHOLD.password));
  });

  test("is handed out although an address is not encoded as it should be", () => {
    const options = { home_assistant: { url: "http://mia:pw%zz@ha.lan/?a=50%", token: "" } };
    const text = supportBundle({ status: appStatus({ counters: { "pw%zz 50% ha.lan": 1 } }), options, takenAt: ago(0) });
    for (const word of ["mia", "pw%zz", "50%", "ha.lan"]) expect(text).not.toContain(word);
  });

  test("does not tell an address in capitals: names of machines are the same in both", () => {
    const status = appStatus({ ccus: [ccuStatus({ name: HOUSEHOLD.ccu, deductions: [HOUSEHOLD.ccuHost.toUpperCase()] })] });
    expect(supportBundle({ status, options: HOUSEHOLD_OPTIONS, takenAt: ago(0) }).toLowerCase()).not.toContain(HOUSEHOLD.ccuHost);
  });
});

describe("the support bundle", () => {
  it.each(Object.entries(SECRETS))("holds no %s", (_kind, secret) => {
    expect(JSON.stringify({ STATUS, OPTIONS })).toContain(secret);
    expect(bundle).not.toContain(secret);
  });

  it("says what is needed to find the fault: versions, states, figures, times and options", () => {
    const { takenAt, status, options } = JSON.parse(bundle);
    expect(takenAt).toBe(ago(0));
    expect(status.app.version).toBe("0.1.0");
    expect(status.ccus[0].sensors.systemHealth).toEqual({ value: 100, unit: "%" });
    expect(status.ccus[0].interfaces[0]).toMatchObject({
      name: "HmIP-RF",
      port: 2010,
      since: ago(3_725),
      paths: { command: { state: "failing" } },
    });
    expect(options).toMatchObject({ log_level: "info", ccus: [{ interfaces: ["HmIP-RF"] }] });
  });

  it("puts the same stand-in for the same thing, so that what belongs together can be seen", () => {
    const { status, options } = JSON.parse(bundle);
    expect(options.ccus[0].host).toMatch(/^<host-\d+>$/);
    expect(status.ccus[0].host).toBe(options.ccus[0].host);
    expect(status.ccus[0].name).toBe("<ccu-1>");
    expect(status.ccus[0].deductions).toEqual([`<ccu-1> does not answer at ${options.ccus[0].host}`]);
  });

  it("holds no secret that stands within a word", () => {
    const status = appStatus({ ccus: [ccuStatus({ deductions: ["xhunter2secretx"] })] });
    expect(supportBundle({ status, options: OPTIONS, takenAt: ago(0) })).not.toContain("hunter2secret");
  });

  it("tells empty options from secret ones", () => {
    const { options } = JSON.parse(supportBundle({ status: appStatus(), options: { password: "", token: "abcdef" }, takenAt: ago(0) }));
    expect(options).toEqual({ password: "", token: "<secret>" });
  });

  it("is handed out although a name holds a hyphen", () => {
    const status = appStatus({ ccus: [ccuStatus({ host: "ccu3-webui", name: "ccu-oben" })] });
    const { ccus } = JSON.parse(supportBundle({ status, options: null, takenAt: ago(0) })).status;
    expect(ccus[0]).toMatchObject({ host: "<host-1>", name: "<ccu-1>" });
  });

  it("is not stopped by names that are patterns, or by one that is a common word", () => {
    const status = appStatus({ ccus: [ccuStatus({ name: "a.*(b" }), ccuStatus({ name: "state" })] });
    const { ccus } = JSON.parse(supportBundle({ status, options: null, takenAt: ago(0) })).status;
    expect(ccus.map(({ name }: { name: string }) => name)).toEqual(["<ccu-1>", "<ccu-2>"]);
    expect(ccus[1].interfaces[0].paths.command.state).toBe("ok");
  });
});
