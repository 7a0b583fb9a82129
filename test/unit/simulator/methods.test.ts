import { once } from "node:events";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SimulatedCcu, type SimulatedInterfaceName } from "../../../src/simulator/index.ts";
import { call } from "./support.ts";

const ccu = new SimulatedCcu({
  serial: "SIM0004711",
  interfaces: [{ name: "BidCos-RF" }, { name: "BidCos-Wired" }, { name: "HmIP-RF" }, { name: "VirtualDevices" }, { name: "Homegear" }],
});

const port = (name: SimulatedInterfaceName): number => ccu.interface(name).port;

beforeAll(() => ccu.start());
afterAll(() => ccu.stop());

describe("ping", () => {
  it.each([
    ["BidCos-RF", [true], {}],
    ["BidCos-Wired", [true], {}],
    ["HmIP-RF", true, {}],
    ["VirtualDevices", true, { path: "/groups" }],
  ] as const)("of %s returns %j although nobody is registered", async (name, result, options) => {
    expect(await call(port(name), "ping", ["me#1"], options)).toEqual(result);
  });

  it.each([[[]], [["a", "b"]], [[7]]])("refuses the parameters %j", async (params) => {
    await expect(call(port("BidCos-RF"), "ping", params)).rejects.toMatchObject({ faultCode: -1 });
  });

  it("does not exist on Homegear, which is asked whether the client is known", async () => {
    await expect(call(port("Homegear"), "ping", ["me#1"])).rejects.toMatchObject({ faultCode: -1 });
    expect(await call(port("Homegear"), "clientServerInitialized", ["nobody"])).toBe(false);
  });
});

describe("devices", () => {
  it("lists devices with their channels", async () => {
    const devices = await call(port("HmIP-RF"), "listDevices");
    expect(devices).toContainEqual(expect.objectContaining({ ADDRESS: "0000D3C98F2E66", TYPE: "HmIP-SWDO", PARENT: "" }));
    expect(devices).toContainEqual(expect.objectContaining({ ADDRESS: "0000D3C98F2E66:1", TYPE: "SHUTTER_CONTACT", CHILDREN: [] }));
  });

  it("leaves the children of a virtual channel an empty text", async () => {
    const channel = await call(port("VirtualDevices"), "getDeviceDescription", ["INT0000001:1"], { path: "/groups" });
    expect(channel).toMatchObject({ CHILDREN: "", PARENT: "INT0000001" });
  });

  it("reads current values", async () => {
    const values = await call(port("BidCos-RF"), "getParamset", ["OEQ0412358:4", "VALUES"]);
    expect(values).toMatchObject({ SET_TEMPERATURE: 22.5, CONTROL_MODE: 1, ACTUAL_TEMPERATURE: expect.any(Number) });
    expect(await call(port("BidCos-RF"), "getParamset", ["OEQ0412358:4", "MASTER"])).toEqual({});
    expect(await call(port("BidCos-RF"), "getValue", ["MEQ0721054:0", "LOWBAT"])).toBe(true);
  });

  it.each([
    ["getDeviceDescription", ["XEQ0000000"], -2],
    ["getParamset", ["XEQ0000000:1", "VALUES"], -2],
    ["getParamset", ["OEQ0412358:4", "LINKS"], -3],
    ["getParamset", ["OEQ0412358", "VALUES"], -3],
    ["getValue", ["XEQ0000000:1", "STATE"], -2],
    ["getValue", ["OEQ0412358:4", "NONSENSE"], -5],
    ["getValue", ["OEQ0412358:4", "constructor"], -5],
    ["getMetadata", ["XEQ0000000", "NAME"], -1],
    ["exitOrSomethingElse", [], -1],
  ])("%s(%j) is the fault %i", async (method, params, faultCode) => {
    await expect(call(port("BidCos-RF"), method, params)).rejects.toMatchObject({ faultCode });
  });

  it("lists what is wrong, and nothing as an empty text where the original does", async () => {
    expect(await call(port("BidCos-RF"), "getServiceMessages")).toEqual([["MEQ0721054:0", "LOWBAT", true]]);
    expect(await call(port("BidCos-Wired"), "getServiceMessages")).toBe("");
    expect(await call(port("HmIP-RF"), "getServiceMessages")).toEqual([]);
  });

  it("takes an event over into what it answers later", async () => {
    ccu.interface("HmIP-RF").sendEvent({ address: "0001D3C99C6F0A:0", parameter: "UNREACH", value: true });
    expect(await call(port("HmIP-RF"), "getServiceMessages")).toEqual([["0001D3C99C6F0A:0", "UNREACH", true]]);
    ccu.interface("HmIP-RF").sendEvent({ address: "0001D3C99C6F0A:0", parameter: "UNREACH", value: false });
    expect(await call(port("HmIP-RF"), "getServiceMessages")).toEqual([]);
    ccu.interface("BidCos-RF").sendEvent({ address: "SIM0004711", parameter: "DUTY_CYCLE", value: 80 });
    expect(await call(port("BidCos-RF"), "listBidcosInterfaces")).toContainEqual(expect.objectContaining({ DUTY_CYCLE: 80 }));
  });
});

describe("radio modules", () => {
  it("are listed with umlauts, duty cycle and the default", async () => {
    expect(await call(port("BidCos-RF"), "listBidcosInterfaces")).toEqual([
      expect.objectContaining({ ADDRESS: "SIM0004711", TYPE: "CCU2", DEFAULT: true, CONNECTED: true, DUTY_CYCLE: expect.any(Number) }),
      expect.objectContaining({ TYPE: "HMLGW2", DEFAULT: false, DESCRIPTION: "Gateway Küche" }),
    ]);
    expect(await call(port("HmIP-RF"), "listBidcosInterfaces")).toEqual([
      expect.objectContaining({ TYPE: "HMIP_CCU2", ADDRESS: expect.stringMatching(/^3014F711A0[0-9A-F]{14}$/) }),
    ]);
  });

  it("are unknown to interfaces without radio", async () => {
    await expect(call(port("BidCos-Wired"), "listBidcosInterfaces")).rejects.toMatchObject({ faultCode: -1 });
    expect(await call(port("BidCos-Wired"), "system.listMethods")).not.toContain("listBidcosInterfaces");
  });
});

/** The raw bytes of an answer, and its headers. */
async function post({
  name,
  body,
  headers = {},
}: {
  name: SimulatedInterfaceName;
  body: string;
  headers?: Record<string, string>;
}): Promise<{ headers: Record<string, string | undefined>; body: Buffer }> {
  const outgoing = request({ host: "127.0.0.1", port: port(name), method: "POST", headers });
  outgoing.end(body);
  const [response] = await once(outgoing, "response");
  return { headers: response.headers, body: Buffer.concat(await response.toArray()) };
}

function methodCall(method: string, ...params: readonly string[]): string {
  const inner = params.map((param) => `<param><value>${param}</value></param>`).join("");
  return `<methodCall><methodName>${method}</methodName><params>${inner}</params></methodCall>`;
}

describe("the wire", () => {
  const CHUNKED = { "Transfer-Encoding": "chunked" };

  it("is latin-1 with untyped text, i4 and a length", async () => {
    const { headers, body } = await post({ name: "BidCos-RF", body: methodCall("listBidcosInterfaces") });
    expect(headers).toMatchObject({ "content-length": String(body.length), "content-type": "text/xml; charset=iso-8859-1" });
    const text = body.toString("latin1");
    expect(text).toMatch(/^<\?xml version="1.0" encoding="iso-8859-1"\?>/);
    expect(text).toContain("<value>Gateway K\xfcche</value>");
    expect(text).toContain("<value></value>");
    expect(text).toContain("<i4>2</i4>");
  });

  it("marks whole doubles as doubles", async () => {
    const { body } = await post({ name: "HmIP-RF", body: methodCall("getValue", "00201A498F5D1C:1", "SET_POINT_TEMPERATURE") });
    expect(body.toString()).toMatch(/<double>21(\.0+)?<\/double>/);
  });

  it("names devices with umlauts", async () => {
    expect(await call(port("HmIP-RF"), "getMetadata", ["0001D3C99C6F0A", "NAME"])).toBe("Steckdose Kühlschrank");
  });

  it.each(["BidCos-RF", "BidCos-Wired"] as const)("hangs up on a request without a length at %s", async (name) => {
    await expect(post({ name, body: methodCall("getVersion"), headers: CHUNKED })).rejects.toThrow(/hang up|ECONNRESET/);
  });

  it("takes a request without a length at HmIP-RF", async () => {
    const { body } = await post({ name: "HmIP-RF", body: methodCall("getVersion"), headers: CHUNKED });
    expect(body.toString()).toMatch(/<value>\d+\.\d+/);
  });

  it("answers nonsense with a fault", async () => {
    const { body } = await post({ name: "HmIP-RF", body: "not XML at all" });
    expect(body.toString()).toContain("faultCode");
  });

  it("serves virtual devices only under /groups", async () => {
    await expect(call(port("VirtualDevices"), "getVersion")).rejects.toThrow("Not Found");
    expect(await call(port("VirtualDevices"), "getVersion", [], { path: "/groups" })).toEqual(expect.any(String));
  });
});

it("records the calls it receives, and not without end", async () => {
  const wired = ccu.interface("BidCos-Wired");
  await call(wired.port, "getValue", ["KEQ0183920:2", "STATE"]);
  expect(wired.calls.at(-1)).toEqual({ methodName: "getValue", params: ["KEQ0183920:2", "STATE"] });
  for (let n = 0; n < 1_010; n += 1) await call(wired.port, "ping", [`me#${n}`]);
  expect(wired.calls).toHaveLength(1_000);
  expect(wired.calls.at(-1)?.params).toEqual(["me#1009"]);
});
