import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { SimulatedCcu } from "../../../src/simulator/index.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { call, Listener, startWorld, until } from "./support.ts";

describe("life-cycle", () => {
  it("starts BidCos-RF and HmIP-RF on free ports by default", async () => {
    await using ccu = new SimulatedCcu();
    await Promise.all([ccu.start(), ccu.start()]);
    expect(ccu.interfaces.map(({ name }) => name)).toEqual(["BidCos-RF", "HmIP-RF"]);
    for (const { port } of ccu.interfaces) expect(await call(port, "getVersion")).toEqual(expect.any(String));
  });

  it("names an interface that it does not have", () => {
    expect(() => new SimulatedCcu().interface("Homegear")).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  });

  it("leaves no timer and no socket behind, whatever was under way", async () => {
    const clock = new ManualClock();
    const ccu = new SimulatedCcu({ clock });
    await ccu.start();
    await using listener = await Listener.open();
    const [bidcos, hmip] = [ccu.interface("BidCos-RF"), ccu.interface("HmIP-RF")];
    await call(bidcos.port, "init", [listener.url, "me"]);
    listener.answer = () => {};
    bidcos.burst(3);
    await until(() => listener.events.length >= 3);
    await bidcos.set({ latePongMs: 1_000 });
    await call(bidcos.port, "ping", ["me#1"]);
    const hanging = call(hmip.port, "init", [listener.url, "other"]).catch((error: unknown) => error);
    await until(() => hmip.calls.length === 1);
    await Promise.all([ccu.stop(), ccu.stop()]);
    expect(clock.pendingTimers).toBe(0);
    expect(await hanging).toBeInstanceOf(Error);
    expect(bidcos.clients).toEqual([]);
    for (const { port } of ccu.interfaces) await expect(call(port, "getVersion")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await listener[Symbol.asyncDispose]();
    await until(() => process.getActiveResourcesInfo().every((resource) => !/^TCPS(ocket|erver)Wrap$/.test(resource)));
  });

  it("stays closed when a switch is turned after the stop", async () => {
    await using world = await startWorld("HmIP-RF");
    await world.ccu.stop();
    await world.simulated.set({ mode: "normal" });
    await expect(call(world.simulated.port, "getVersion")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("closes what it had opened when a port is taken", async () => {
    const blocker = createServer().listen(0, "127.0.0.1");
    await once(blocker, "listening");
    const address = blocker.address();
    const taken = typeof address === "object" && address !== null ? address.port : 0;
    const ccu = new SimulatedCcu({ interfaces: [{ name: "BidCos-RF" }, { name: "HmIP-RF", port: taken }] });
    await expect(ccu.start()).rejects.toMatchObject({ code: "PORT_IN_USE" });
    await expect(call(ccu.interface("BidCos-RF").port, "getVersion")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    blocker.close();
    await once(blocker, "close");
  });

  it("opens nothing for an aborted signal", async () => {
    const ccu = new SimulatedCcu();
    await expect(ccu.start(AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
    expect(ccu.interfaces.map(({ port }) => port)).toEqual([0, 0]);
  });
});

describe("a CCU with a password", () => {
  it("lets in who knows it and shows others a page", async () => {
    await using ccu = new SimulatedCcu({ username: "Admin", password: "geheim" });
    await ccu.start();
    const { port } = ccu.interface("HmIP-RF");
    expect(await call(port, "getVersion", [], { basic_auth: { user: "Admin", pass: "geheim" } })).toEqual(expect.any(String));
    await expect(call(port, "getVersion", [], { basic_auth: { user: "Admin", pass: "falsch" } })).rejects.toThrow(/HTML|tag/i);
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: "x" });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(/^Basic/);
    expect(await response.text()).toContain("<html>");
  });
});
