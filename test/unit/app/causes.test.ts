import { describe, expect, test } from "vitest";
import { HomematicError } from "../../../src/base/errors.ts";
import type { CauseCode } from "../../../src/diagnosis/cause-codes.ts";
import type { HubEventType } from "../../../src/hub/hub-sensor-sink.ts";
import type { SimulatedFaults } from "../../../src/simulator/index.ts";
import { FakeResolver, type Resolution } from "../../support/fake-resolver.ts";
import type { Watched } from "./watched.ts";
import { World } from "./world.ts";

/** A ping is due within 15 s and waits 10 s for its answer and its PONG. */
const NOTICED_MS = 26_000;
const BACK_MS = 30_000;
/** A problem is one when it has lasted so long. */
const PERSISTENT_MS = 5_000;
/** What has lasted so long is told. */
const TOLD_MS = 6_000;
const NOWHERE = "http://127.0.0.1:9";
const well = (watched: Watched) => () => watched.isWell && watched.cause() === "none";
const eventTypes = ({ events }: Watched): readonly HubEventType[] => events.map(({ type }) => type);

describe("a fault of the CCU is named", () => {
  test.each<[Partial<SimulatedFaults>, CauseCode]>([
    [{ mode: "refuse" }, "connection_refused"],
    [{ mode: "hang" }, "timeout"],
    [{ mode: "unauthorized" }, "credentials_rejected"],
    [{ mode: "boot" }, "ccu_booting"],
    [{ mode: "processDown" }, "process_down"],
    [{ mode: "html" }, "not_xml_rpc"],
    [{ halfOpen: true }, "timeout"],
  ])("%o: %s, and it is over by itself", async (fault, cause) => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ["HmIP-RF", "BidCos-RF"] });
    await world.until(well(watched));
    await watched.set(fault);
    await world.until(() => watched.cause() === cause, NOTICED_MS);
    expect(watched.shows("cause")).toMatchObject({ details: { interface: "HmIP-RF" } });
    expect(watched.cause("HmIP-RF")).toBe(cause);
    expect(watched.cause("BidCos-RF")).toBe("none");
    // A start is expected to end by itself and alarms nobody.
    const alarms = cause !== "ccu_booting";
    expect([watched.shows("status"), watched.shows("problem"), watched.shows("connected")]).toEqual(["critical", false, false]);
    await world.pass(PERSISTENT_MS);
    expect(watched.shows("problem")).toBe(alarms);
    await world.pass(60_000 - PERSISTENT_MS, 1_000);
    expect([watched.cause(), watched.shows("problem")]).toEqual([cause, alarms]);

    await watched.set({ mode: "normal", halfOpen: false });
    await world.until(well(watched), BACK_MS);
    expect([watched.shows("status"), watched.shows("problem"), watched.shows("connected")]).toEqual(["ok", false, true]);
    const restored = eventTypes(watched).filter((type) => type !== "credentials_rejected");
    expect(restored).toEqual(alarms ? ["interface_lost", "interface_restored"] : []);
    if (alarms) expect(watched.events.at(-1)?.durationSeconds).toBeGreaterThanOrEqual(60);
  });

  test("a start that takes longer than 10 min is no start", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await watched.set({ mode: "boot" });
    await world.until(() => watched.cause() === "ccu_booting", NOTICED_MS);
    await world.pass(580_000, 5_000);
    expect(watched.cause()).toBe("ccu_booting");
    await world.until(() => watched.cause() === "process_down", 60_000);
  });

  test("rejected credentials are told as event and problem until they are taken", async () => {
    await using world = await World.open();
    const watched = await world.watch({ prepare: (ccu) => ccu.interface("HmIP-RF").set({ mode: "unauthorized" }) });
    await world.until(() => watched.problems.length > 0, 5_000);
    expect(watched.problems).toEqual([{ key: "credentials_rejected", interfaces: ["HmIP-RF"], url: null }]);
    expect(eventTypes(watched)).toEqual(["interface_lost", "credentials_rejected"]);
    await watched.set({ mode: "normal" });
    await world.until(() => watched.problems.length === 0, BACK_MS);
  });
});

describe("a CCU that answers but sends nothing", () => {
  test("is at first late, then has dropped us; the trouble is told once", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(well(watched));
    await watched.set({ pingWithoutPong: true });
    await world.until(() => watched.cause() === "pong_late", NOTICED_MS);
    expect(eventTypes(watched)).toEqual([]);
    await world.until(() => watched.cause() === "dropped_by_ccu", NOTICED_MS);
    await world.pass(300_000, 1_000);
    expect(watched.cause()).toBe("dropped_by_ccu");
    expect(eventTypes(watched)).toEqual(["interface_lost", "dropped_by_ccu"]);
    await watched.set({ pingWithoutPong: false });
    await world.until(well(watched), 90_000);
    expect(eventTypes(watched)).toEqual(["interface_lost", "dropped_by_ccu", "interface_restored"]);
  });

  test("and calls back for registrations only, has dropped us as well", async () => {
    await using world = await World.open();
    const watched = await world.watch({ prepare: (ccu) => ccu.interface("HmIP-RF").set({ initWithoutEvents: true }) });
    await world.until(() => watched.cause() === "dropped_by_ccu", 60_000);
  });

  test("late PONGs are no loss: named late as long as they are, and 5 min longer", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(well(watched));
    await watched.set({ latePongMs: 12_000 });
    await world.until(() => watched.cause() === "pong_late", NOTICED_MS);
    await world.pass(120_000);
    expect(watched.cause()).toBe("pong_late");
    expect(eventTypes(watched)).toEqual([]);
    await watched.set({ latePongMs: 0 });
    await world.until(() => watched.cause() === "none", 330_000);
  });
});

describe("a CCU that cannot reach us", () => {
  test("is named with the URL, without its secret, as cause, event and problem", async () => {
    await using world = await World.open();
    let blocked = true;
    const watched = await world.watch({
      callbackUrl: async (path) => (blocked ? `${NOWHERE}${path}` : `http://127.0.0.1:${world.server.port}${path}`),
    });
    await world.until(() => watched.cause() === "callback_unreachable", 30_000);
    const message = { en: expect.stringContaining("at http://127.0.0.1:9 "), de: expect.stringContaining("unter http://127.0.0.1:9 ") };
    expect(watched.shows("cause")).toMatchObject({ details: { message } });
    await world.until(() => watched.problems.length > 0, TOLD_MS);
    expect(watched.problems).toEqual([{ key: "callback_unreachable", interfaces: ["HmIP-RF"], url: "http://127.0.0.1:9" }]);
    expect(eventTypes(watched)).toEqual(["interface_lost", "callback_unreachable"].slice(-eventTypes(watched).length));
    await world.pass(120_000, 1_000);
    expect(watched.cause()).toBe("callback_unreachable");
    expect(eventTypes(watched).toSorted()).toEqual(["callback_unreachable", "interface_lost"]);
    expect(JSON.stringify(watched.told)).not.toContain("a-secret-of-this-run");

    blocked = false;
    await world.until(() => watched.problems.length === 0 && watched.isWell, 120_000);
    expect(eventTypes(watched).slice(2).toSorted()).toEqual(["callback_restored", "interface_restored"]);
  });

  test("no address of ours is a cause of its own", async () => {
    await using world = await World.open();
    const watched = await world.watch({ callbackUrl: () => Promise.reject(new HomematicError({ code: "CALLBACK_ADDRESS_UNKNOWN" })) });
    await world.until(() => watched.cause() === "callback_address_unknown", 5_000);
  });
});

describe("what needs a look", () => {
  test("a second client under our id is noticed by its PONGs; what an earlier run left behind is not", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(well(watched));
    const pong = (counter: number): void =>
      watched.simulated().sendEvent({ address: "CENTRAL:0", parameter: "PONG", value: `vitals-0c0ffee0-HmIP-RF#other-${counter}` });
    pong(1);
    pong(2);
    await world.pass(10_000);
    expect(watched.cause()).toBe("none");
    pong(3);
    await world.until(() => watched.cause() === "id_conflict", 1_000);
    expect(watched.shows("status")).toBe("degraded");
    await world.until(() => watched.problems.length > 0, TOLD_MS);
    expect(watched.problems).toEqual([{ key: "id_conflict", interfaces: ["HmIP-RF"], url: null }]);
    await world.until(() => watched.cause() === "none", 310_000);
    expect(watched.problems).toEqual([]);
    expect(eventTypes(watched)).toEqual(["id_conflict"]);
  });

  test("devices that fall silent, until one of them reports", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(well(watched));
    await world.hearDevices(watched);
    await watched.set({ radioSilence: true });
    await world.pass(1_790_000, 5_000);
    expect(watched.cause()).toBe("none");
    await world.until(() => watched.cause() === "radio_silent", 20_000);
    expect([watched.shows("status"), watched.shows("connected")]).toEqual(["degraded", true]);
    await watched.set({ mode: "refuse" });
    await world.until(() => watched.cause() === "connection_refused", NOTICED_MS);
    await world.until(() => eventTypes(watched).includes("interface_lost"), TOLD_MS);
    await watched.set({ mode: "normal" });
    await world.until(() => watched.cause() === "radio_silent", BACK_MS);
    await watched.set({ radioSilence: false });
    watched.report(21);
    await world.until(() => watched.cause() === "none", 1_000);
    expect(eventTypes(watched)).toEqual(["radio_silent", "interface_lost", "interface_restored", "radio_restored"]);
  });

  test("an interface that cannot be pinged is a notice, no problem", async () => {
    await using world = await World.open();
    const watched = await world.watch({ withoutMethods: ["ping"] });
    await world.until(() => watched.cause() === "ping_unsupported", 5_000);
    await world.until(() => watched.shows("status") === "ok", 5_000);
    expect(watched.shows("problem")).toBe(false);
  });
});

test("an interface that was configured and never answers, while another one does, is not installed", async () => {
  await using world = await World.open();
  const watched = await world.watch({ interfaces: ["HmIP-RF"], configured: ["HmIP-RF", "BidCos-Wired"] });
  await world.until(() => watched.cause("BidCos-Wired") === "connection_refused", 5_000);
  await world.pass(595_000, 5_000);
  await world.until(() => watched.cause("BidCos-Wired") === "interface_not_installed", 30_000);
  expect(watched.cause("HmIP-RF")).toBe("none");
  expect(watched.cause()).toBe("interface_not_installed");
});

test.each<Resolution>(["unknown", "silent"])(
  "a CCU whose name is %s when it is looked for has that cause, and is found when the name is",
  async (resolution) => {
    using resolver = new FakeResolver();
    resolver.set("ccu.test", resolution);
    await using world = await World.open();
    const watched = await world.watch({ configured: [], host: "ccu.test" });
    await world.until(() => watched.cause() === "dns_failed", 6_000);
    await world.pass(60_000, 1_000);
    expect([watched.cause(), watched.shows("connected")]).toEqual(["dns_failed", false]);
    resolver.set("ccu.test", "127.0.0.1");
    await world.until(well(watched), BACK_MS);
  },
);

test("a CCU of which nothing is found has its cause as a whole", async () => {
  await using world = await World.open();
  const watched = await world.watch({ configured: [], prepare: (ccu) => ccu.interface("HmIP-RF").set({ mode: "unauthorized" }) });
  await world.until(() => watched.cause() === "credentials_rejected", 6_000);
  expect(watched.shows("cause")).toMatchObject({ details: { interface: null } });
  await world.until(() => watched.problems.length > 0, TOLD_MS);
  expect(watched.problems).toEqual([{ key: "credentials_rejected", interfaces: [], url: null }]);
  expect(watched.shows("connected")).toBe(false);
  await watched.set({ mode: "normal" });
  await world.until(well(watched), 20_000);
  expect(watched.problems).toEqual([]);
  expect(eventTypes(watched)).toEqual(["interface_lost", "credentials_rejected", "interface_restored"]);
});
