import { describe, expect, test } from "vitest";
import { HomematicError } from "../../../src/base/errors.ts";
import { CallbackGateway } from "../../../src/callback-gateway.ts";
import { CallbackServer } from "../../../src/ccu/callback-server.ts";
import { hostOfAddOn } from "../../../src/host-of-add-on.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { RecordingLogger } from "../ccu/recording-logger.ts";
import { scripted } from "./fake-supervisor.ts";

const CCU = "127.0.0.1";
const SIGNAL = new AbortController().signal;
const silent = new HomematicError({
  code: "SUPERVISOR_FAILED",
  message: "The Supervisor did not give what was asked for: HTTP status 502",
});

function gatewayOf(options: { configuredHost?: string; lanAddress: () => Promise<string>; logger?: RecordingLogger }): CallbackGateway {
  const { configuredHost = "", lanAddress, logger = new RecordingLogger() } = options;
  const server = new CallbackServer({ host: "127.0.0.1", port: 8095, clock: new ManualClock(), logger });
  const clock = new ManualClock();
  const preflight = { check: async () => null };
  return new CallbackGateway({ server, configuredHost, findHost: hostOfAddOn({ lanAddress, logger }), preflight, clock, logger });
}

describe("the address that an add-on gives to CCUs", () => {
  test("is the one of the machine, asked for each registration", async () => {
    const gateway = gatewayOf({ lanAddress: scripted<string>("192.168.178.30", "192.168.178.31") });
    expect(await gateway.urlFor("/a", CCU, SIGNAL)).toBe("http://192.168.178.30:8095/a");
    expect(await gateway.urlFor("/a", CCU, SIGNAL)).toBe("http://192.168.178.31:8095/a");
    expect(gateway.host).toBe("192.168.178.31");
  });

  test("is the configured one if there is one; the Supervisor is not asked", async () => {
    const gateway = gatewayOf({ configuredHost: "ha.local", lanAddress: scripted<string>(new Error("asked")) });
    expect(await gateway.urlFor("/a", CCU, SIGNAL)).toBe("http://ha.local:8095/a");
  });

  test("is the own one while the Supervisor does not say, with one warning each time that begins", async () => {
    const logger = new RecordingLogger();
    const gateway = gatewayOf({ lanAddress: scripted<string>(silent, silent, "192.168.178.30", silent, silent), logger });
    const urls = [];
    for (let registration = 0; registration < 5; registration += 1) urls.push(await gateway.urlFor("/a", CCU, SIGNAL));
    const own = "http://127.0.0.1:8095/a";
    expect(urls).toEqual([own, own, "http://192.168.178.30:8095/a", own, own]);
    const warning = `warn ${silent.message}. CCUs are told to call 127.0.0.1; if no events arrive, set callback.host to the address of the machine`;
    expect(logger.lines).toEqual([warning, warning]);
  });

  test("is not looked for any further when the program ends", async () => {
    const logger = new RecordingLogger();
    const gateway = gatewayOf({ lanAddress: scripted<string>(new HomematicError({ code: "ABORTED" })), logger });
    await expect(gateway.urlFor("/a", CCU, SIGNAL)).rejects.toMatchObject({ code: "ABORTED" });
    expect(logger.lines).toEqual([]);
  });
});
