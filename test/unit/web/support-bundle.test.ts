import { describe, expect, it } from "vitest";
import { supportBundle } from "../../../src/web/support-bundle.ts";
import { ago, appStatus, ccuStatus, interfaceStatus, path } from "./status-fixture.ts";

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
          timeline: [
            { at: ago(9), kind: "call", text: `ping of ${SECRETS.device}:1, ${SECRETS.classic}, ${SECRETS.group} at ${SECRETS.mqtt}` },
          ],
        },
      ],
      interfaces: [interfaceStatus({ paths: { command: failing, event: path(), radio: path() } })],
    }),
  ],
  counters: { [`callback:${SECRETS.ip}:refused`]: 2 },
});

const bundle = supportBundle({ status: STATUS, options: OPTIONS, takenAt: ago(0) });

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

  it("is not stopped by names that are patterns, or by one that is a common word", () => {
    const status = appStatus({ ccus: [ccuStatus({ name: "a.*(b" }), ccuStatus({ name: "state" })] });
    const { ccus } = JSON.parse(supportBundle({ status, options: null, takenAt: ago(0) })).status;
    expect(ccus.map(({ name }: { name: string }) => name)).toEqual(["<ccu-1>", "<ccu-2>"]);
    expect(ccus[1].interfaces[0].paths.command.state).toBe("ok");
  });
});
