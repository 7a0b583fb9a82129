import { describe, expect, test } from "vitest";
import { HomematicError } from "../../src/base/errors.ts";
import { parseOptions } from "../../src/config.ts";

const HOST = "192.168.178.20";

function problemsOf(input: unknown): string {
  try {
    parseOptions(input);
  } catch (error) {
    if (error instanceof HomematicError && error.code === "CONFIG_INVALID") return error.message;
    throw error;
  }
  throw new Error("the options were accepted");
}

describe("parseOptions", () => {
  test("a host is enough", () => {
    expect(parseOptions({ ccus: [{ host: HOST }] })).toEqual({
      warnings: [],
      options: {
        ccus: [{ name: "CCU", host: HOST, username: "", password: "", tls: false, verify_tls: true, interfaces: [] }],
        callback: { host: "", port: 8095 },
        web: { host: "", port: 8099 },
        publish: "auto",
        install_integration: true,
        home_assistant: { url: "", token: "" },
        maintenance: "",
        language: "auto",
        log_level: "info",
      },
    });
  });

  test("further CCUs get names of their own", () => {
    expect(parseOptions({ ccus: [{ host: "a" }, { host: "b" }] }).options.ccus.map((ccu) => ccu.name)).toEqual(["CCU", "CCU 2"]);
  });

  test.each([
    [{}, "ccus: given nothing, expected a list with at least one CCU"],
    [null, "options: given null, expected the settings in { }"],
    [[], "options: given an empty list, expected the settings in { }"],
    [{ ccus: [] }, "ccus: given an empty list, expected at least one CCU"],
    [{ ccus: [{}] }, "ccus[0].host: given nothing, expected a host name or an IP address"],
    [{ ccus: [{ host: "http://ccu" }] }, 'ccus[0].host: given "http://ccu", expected a host name or an IP address'],
    [
      { ccus: [{ host: `${HOST}:2001` }] },
      "expected a host name or an IP address such as 192.168.178.20, without http:// and without a port",
    ],
    [{ ccus: [{ host: HOST, tls: "yes" }] }, 'ccus[0].tls: given "yes", expected true or false'],
    [{ ccus: [{ host: HOST, interfaces: ["CUxD"] }] }, 'ccus[0].interfaces[0].name: given "CUxD", expected one of BidCos-RF'],
    [{ ccus: [{ host: HOST, interfaces: ["HmIP-RF:0"] }] }, 'ccus[0].interfaces[0].port: given "HmIP-RF:0", expected a port number from 1'],
    [{ ccus: [{ host: HOST, interfaces: [{ name: "CUxD" }] }] }, 'ccus[0].interfaces[0].name: given "CUxD", expected one of BidCos-RF'],
    [
      { ccus: [{ host: HOST, interfaces: [{ name: "HmIP-RF", port: 0 }] }] },
      "ccus[0].interfaces[0].port: given 0 (number), expected a port number from 1 to 65535",
    ],
    [{ ccus: [{ host: HOST, interfaces: [{ name: "HmIP-RF" }, { name: "HmIP-RF", port: 1 }] }] }, "expected each interface name once"],
    [{ ccus: [{ host: HOST }], web: { port: 99_999 } }, "web.port: given 99999 (number), expected a port number from 0 to 65535"],
    [{ ccus: [{ host: HOST }], web: { port: 80.5 } }, "web.port: given 80.5 (number), expected a port number"],
    [{ ccus: [{ host: HOST }], publish: "rest" }, 'publish: given "rest", expected one of auto, integration, mqtt'],
    [{ ccus: [{ host: HOST }], web: null }, "web: given null, expected a group of settings in { }"],
    [{ ccus: [{ host: HOST }, { host: HOST, name: "B" }] }, "expected each interface of a CCU once"],
    [
      {
        ccus: [
          { host: "a", name: "X" },
          { host: "b", name: "X" },
        ],
      },
      'ccus[1].name: given "X", expected a name that no other CCU has',
    ],
  ])("%j names the field and what is expected", (input, problem) => {
    expect(problemsOf(input)).toContain(problem);
  });

  test("all wrong fields are named at once", () => {
    expect(problemsOf({ ccus: [{ host: "", tls: 1 }], log_level: "loud" }).split("\n")).toHaveLength(4);
  });

  test("unknown settings are named in a warning and ignored", () => {
    const { options, warnings } = parseOptions({ ccus: [{ host: HOST, prot: 1 }], colour: "red" });
    expect(warnings).toEqual(["ccus[0].prot is not a known setting and is ignored", "colour is not a known setting and is ignored"]);
    expect(options).not.toHaveProperty("colour");
    expect(options.ccus[0]).not.toHaveProperty("prot");
  });

  test.each(["auto", "integration", "mqtt"])("publish: %s is a setting like any other", (publish) => {
    expect(parseOptions({ ccus: [{ host: HOST }], publish })).toMatchObject({ options: { publish }, warnings: [] });
  });

  test("a wrong password is never repeated", () => {
    expect(problemsOf({ ccus: [{ host: HOST, password: 4711_0815 }], home_assistant: { token: ["s3cret"] } })).not.toMatch(
      /47110815|s3cret/,
    );
  });

  test.each(["", "03:00-03:30", "23:45-00:15", " 00:00-23:59 "])("%j is a time for maintenance", (maintenance) => {
    expect(parseOptions({ ccus: [{ host: HOST }], maintenance }).options.maintenance).toBe(maintenance.trim());
  });

  test.each(["3:00-4:00", "03:00", "24:00-25:00", "03:00-03:60", "at night", 3])("%j is none", (maintenance) => {
    expect(() => parseOptions({ ccus: [{ host: HOST }], maintenance })).toThrow(
      /maintenance: given .*, expected a time of day such as 03:00-03:30/,
    );
  });

  test.each([HOST, "ccu", "ccu3-webui.fritz.box", "fe80::1", "::1", " ccu "])("%s is an address", (host) => {
    expect(parseOptions({ ccus: [{ host }] }).options.ccus[0]?.host).toBe(host.trim());
  });

  test.each(["cafe:2001", "192.168.178.20:2001", "http://ccu", "fe80::1%eth0", "[::1]"])("%s is none, though it looks like one", (host) => {
    expect(problemsOf({ ccus: [{ host }] })).toMatch(/host: given .*, expected a host name or an IP address/);
  });
});
