import { describe, expect, test } from "vitest";
import { sleep } from "../../../src/base/clock.ts";
import { ERROR_CODES } from "../../../src/base/errors.ts";
import { silentLogger } from "../../../src/base/logger.ts";
import { InterfaceClient } from "../../../src/ccu/interface-client.ts";
import type { InterfaceListener } from "../../../src/ccu/interface-listener.ts";
import { PingPongTracker } from "../../../src/ccu/ping-pong-tracker.ts";
import { EventBus } from "../../../src/events/event-bus.ts";
import { MetricsObserver } from "../../../src/metrics/observer.ts";
import type { XmlRpcValue } from "../../../src/xmlrpc/values.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { failure, ScriptedCaller, silence } from "./scripted-caller.ts";

const URL = "http://10.0.0.1:8095/secret/HmIP-RF";
const ID = "vitals-HmIP-RF";
const HOMEGEAR_METHODS: XmlRpcValue = ["init", "clientServerInitialized"];

function setUp({
  caller = new ScriptedCaller(),
  pongs = true,
  callbackUrl = async () => URL,
}: {
  caller?: ScriptedCaller;
  pongs?: boolean;
  callbackUrl?: () => Promise<string>;
} = {}) {
  const clock = new ManualClock();
  const eventBus = new EventBus({ clock });
  const observer = new MetricsObserver({ eventBus, clock });
  const pingPong = new PingPongTracker({
    interfaceId: ID,
    sourceId: "HmIP-RF",
    nonce: "n",
    eventBus,
    recorder: observer,
    clock,
    timeoutMs: 10_000,
  });
  const heard: string[] = [];
  const losses: string[] = [];
  const listener: InterfaceListener = {
    stateChanged: ({ to }) => heard.push(to),
    commandAnswered: () => {},
    commandFailed: ({ error }) => heard.push(`command failed: ${error.code}`),
    registering: () => {},
    registered: () => {},
    eventPathConfirmed: () => heard.push("event path ok"),
    pongMissed: ({ reason, eventsArrive }) => heard.push(`event path ${eventsArrive ? "ok" : "failed"}: ${reason}`),
    lost: (loss, reason) => {
      heard.push(`event path failed: ${reason}`);
      losses.push(loss.kind);
    },
    modulesListed: (modules) => heard.push(`modules ${modules.map(({ address }) => address)}`),
    messagesListed: (messages) => heard.push(`messages ${messages.map(({ parameter }) => parameter)}`),
    described: ({ serial, version }) => heard.push(`described ${serial} ${version}`),
  };
  const wiring = { pongs };
  if (!caller.answers.has("ping")) {
    // The PONG arrives while the answer to the ping is still on its way, as a CCU does it now and then.
    caller.on("ping", ([token]) => {
      if (wiring.pongs) pingPong.handleReceivedPong({ token: String(token), arrivedAtMs: clock.monotonicMs() });
      return true;
    });
  }
  const client = new InterfaceClient({
    caller,
    interfaceId: ID,
    callbackUrl,
    pingPong,
    listener,
    logger: silentLogger,
    clock,
    random: () => 0,
  });
  if (!caller.answers.has("init")) {
    // Whoever is told our address calls it before it answers.
    caller.on("init", ([, id]) => {
      if (id === ID) client.callbackReceived();
      return "";
    });
  }
  return { caller, clock, client, heard, losses, wiring, pingPong };
}

const settle = (clock: ManualClock) => clock.advanceAsync(1, 1);

describe("InterfaceClient", () => {
  test("asks, takes an old registration back, registers, pings", async () => {
    const { caller, clock, client, heard } = setUp();
    client.start();
    await settle(clock);
    expect(caller.calls.map(({ methodName, params }) => [methodName, ...params])).toEqual([
      ["system.listMethods"],
      ["init", URL, ""],
      ["init", URL, ID],
      ["ping", `${ID}#n-1`],
    ]);
    expect(heard).toEqual(["connecting", "registering", "connected", "described null null", "event path ok"]);
    await client[Symbol.asyncDispose]();
  });

  test("pings every 15 s and never more than once a turn (defect 18: a failing check pings twice)", async () => {
    const { caller, clock, client } = setUp();
    client.start();
    await clock.advanceAsync(60_000);
    expect(caller.countOf("ping")).toBe(5 - 1);
    const before = caller.calls.length;
    caller.on("ping", () => failure("TIMEOUT"));
    await clock.advanceAsync(16_500);
    expect(caller.methodNames().slice(before, before + 2)).toEqual(["ping", "system.listMethods"]);
    await client[Symbol.asyncDispose]();
  });

  test.each(["CONNECTION_REFUSED", "TIMEOUT", "UNAUTHORIZED", "NOT_READY", "PROCESS_DOWN", "NOT_XML_RPC"] as const)(
    "a ping that fails with %s is a loss (defect 17: HTTP 401/503 counts as success)",
    async (code) => {
      const { caller, clock, client, heard } = setUp();
      client.start();
      await settle(clock);
      caller.on("ping", () => failure(code));
      await clock.advanceAsync(15_000);
      expect(heard.slice(-3)).toEqual([`command failed: ${code}`, `event path failed: ${ERROR_CODES[code]}`, "waiting"]);
      await client[Symbol.asyncDispose]();
    },
  );

  test("tries again without end, 10 s apart at most, and the attempts start anew after a success (defect 15)", async () => {
    const { caller, clock, client } = setUp();
    caller.on("system.listMethods", () => failure("CONNECTION_REFUSED"));
    client.start();
    await clock.advanceAsync(3_600_000, 1_000);
    const attempts = caller.countOf("system.listMethods");
    expect(attempts).toBeGreaterThanOrEqual(3_600 / 10);
    expect(attempts).toBeLessThan(3_600 / 10 + 10);
    expect(caller.countOf("init")).toBe(0);

    caller.on("system.listMethods", () => ["init", "ping"]);
    await clock.advanceAsync(11_000);
    expect(client.state).toBe("connected");
    caller.on("ping", () => failure("CONNECTION_REFUSED"));
    while (client.state === "connected") await clock.advanceAsync(1_000);
    expect(client.nextAttemptAtMs).toBeLessThanOrEqual(clock.monotonicMs() + 1_000);
    await client[Symbol.asyncDispose]();
  });

  test("a first missing PONG fails the event path, the second one registers anew", async () => {
    const { caller, clock, client, heard, wiring } = setUp({ pongs: false });
    client.start();
    await clock.advanceAsync(10_100);
    expect(heard.at(-1)).toBe("event path failed: no PONG within 10 s although ping was answered");
    expect(client.state).toBe("connected");
    wiring.pongs = true;
    await clock.advanceAsync(5_000);
    expect(heard.at(-1)).toBe("event path ok");

    wiring.pongs = false;
    await clock.advanceAsync(41_000);
    expect(caller.calls.filter(({ methodName, params }) => methodName === "init" && params[1] === ID)).toHaveLength(2);
    await client[Symbol.asyncDispose]();
  });

  test("a CCU that never sends PONGs is not flooded: registrations get rarer", async () => {
    const { caller, clock, client } = setUp({ pongs: false });
    client.start();
    await clock.advanceAsync(600_000, 1_000);
    const registrations = caller.calls.filter(({ methodName, params }) => methodName === "init" && params[1] === ID).length;
    expect(registrations).toBeLessThanOrEqual(11);
    await client[Symbol.asyncDispose]();
  });

  test("a refused registration fails the event path instead of leaving it unknown for ever", async () => {
    const { caller, clock, client, heard } = setUp();
    caller.on("init", ([, id]) => (id === ID ? failure("RPC_FAULT") : ""));
    client.start();
    await settle(clock);
    expect(heard).toEqual(["connecting", "registering", `event path failed: ${ERROR_CODES.RPC_FAULT}`, "waiting"]);
    await client[Symbol.asyncDispose]();
  });

  test("so does an address of ours that cannot be found out", async () => {
    const { clock, client, heard } = setUp({ callbackUrl: () => Promise.reject(failure("NO_ROUTE")) });
    client.start();
    await settle(clock);
    expect(heard).toEqual(["connecting", "registering", `event path failed: ${ERROR_CODES.NO_ROUTE}`, "waiting"]);
    await client[Symbol.asyncDispose]();
  });

  test("settles from the registration on for 30 s", async () => {
    const { caller, clock, client } = setUp();
    const whileRegistering: boolean[] = [];
    caller.on("init", () => {
      whileRegistering.push(client.settling);
      client.callbackReceived();
      return "";
    });
    expect(client.settling).toBe(false);
    client.start();
    await clock.advanceAsync(29_900);
    expect([...whileRegistering, client.settling]).toEqual([true, true, true]);
    await clock.advanceAsync(200);
    expect(client.settling).toBe(false);
    await client[Symbol.asyncDispose]();
  });

  test("init that never answers counts by its callback", async () => {
    const { caller, clock, client } = setUp();
    let called = false;
    caller.on("init", ([, id]) => {
      if (id === "") return "";
      if (called) client.callbackReceived();
      return failure("TIMEOUT");
    });
    client.start();
    await settle(clock);
    expect(client.state).toBe("waiting");
    called = true;
    await clock.advanceAsync(2_000);
    expect(client.state).toBe("connected");
    await client[Symbol.asyncDispose]();
  });

  test("a Homegear-style backend is watched by clientServerInitialized and left without an id", async () => {
    const { caller, clock, client, heard } = setUp();
    let known = true;
    caller.on("system.listMethods", () => HOMEGEAR_METHODS).on("clientServerInitialized", () => known);
    client.start();
    await settle(clock);
    expect(caller.calls.map(({ methodName, params }) => [methodName, ...params])).toEqual([
      ["system.listMethods"],
      ["init", URL],
      ["init", URL, ID],
      ["clientServerInitialized", ID],
    ]);
    known = false;
    await clock.advanceAsync(15_000);
    expect(heard).toContain("event path failed: the CCU no longer knows our registration");
    known = true;
    await clock.advanceAsync(2_000);
    expect(client.state).toBe("connected");
    await client[Symbol.asyncDispose]();
    expect(caller.calls.at(-1)).toMatchObject({ methodName: "init", params: [URL] });
  });

  test("the death of an interface without ping is noticed", async () => {
    const { caller, clock, client, heard } = setUp();
    caller.on("system.listMethods", () => ["init", "listDevices"]);
    client.start();
    await clock.advanceAsync(31_000);
    expect(client.state).toBe("connected");
    expect(caller.countOf("ping")).toBe(0);
    caller.on("system.listMethods", () => failure("CONNECTION_REFUSED"));
    await clock.advanceAsync(15_000);
    expect(heard).toContain("command failed: CONNECTION_REFUSED");
    expect(client.state).not.toBe("connected");
    await client[Symbol.asyncDispose]();
  });

  test.each([{ methods: ["init", "listDevices"] }, { methods: HOMEGEAR_METHODS }])(
    "an interface without ping ($methods) that never calls back is told to forget us, and asked ever more rarely",
    async ({ methods }) => {
      const caller = new ScriptedCaller();
      caller
        .on("init", () => "")
        .on("system.listMethods", () => methods)
        .on("clientServerInitialized", () => true);
      const { clock, client, losses } = setUp({ caller });
      client.start();
      await clock.advanceAsync(16_000);
      expect(losses).toEqual(["events_missing"]);
      const inits = caller.calls.filter(({ methodName }) => methodName === "init");
      expect(inits.at(-1)?.params[1]).not.toBe(ID);
      await clock.advanceAsync(600_000);
      expect(losses.length).toBeLessThanOrEqual(14);
      await client[Symbol.asyncDispose]();
    },
  );

  test("serial and version are asked for when the interface offers them", async () => {
    const { caller, clock, client, heard } = setUp();
    caller
      .on("system.listMethods", () => ["init", "ping", "listBidcosInterfaces", "getVersion"])
      .on("listBidcosInterfaces", () => [
        { ADDRESS: "LEQ0000001", DEFAULT: false },
        { ADDRESS: "NEQ1234567", DEFAULT: true },
      ])
      .on("getVersion", () => "2.51.6");
    client.start();
    await settle(clock);
    expect(heard).toContain("described NEQ1234567 2.51.6");
    await client[Symbol.asyncDispose]();
  });

  test("defect 16: stop works from every state, takes back what was registered and ends in stopped", async () => {
    const phases: Readonly<Record<string, (caller: ScriptedCaller) => void>> = {
      connecting: (caller) => caller.on("system.listMethods", silence),
      registering: (caller) => caller.on("init", ([, id]) => (id === ID ? silence() : "")),
      connected: () => {},
      pinging: (caller) => caller.on("ping", silence),
      waiting: (caller) => caller.on("system.listMethods", () => failure("NOT_READY")),
    };
    for (const [phase, script] of Object.entries(phases)) {
      const { caller, clock, client, heard } = setUp();
      script(caller);
      client.start();
      await settle(clock);
      const wasSent = caller.calls.some(({ methodName, params }) => methodName === "init" && params[1] === ID);
      await client[Symbol.asyncDispose]();
      expect([phase, heard.slice(-2)]).toEqual([phase, ["stopping", "stopped"]]);
      expect([phase, caller.calls.at(-1)?.params[1] === "" && caller.calls.at(-1)?.timeoutMs === 2_000]).toEqual([phase, wasSent]);
      expect([phase, clock.pendingTimers]).toEqual([phase, 0]);
    }
  });

  test("a client that was never started stops as well", async () => {
    const { caller, client } = setUp();
    await client[Symbol.asyncDispose]();
    expect(client.state).toBe("stopped");
    expect(caller.calls).toEqual([]);
  });
});

describe("a registration is never left behind", () => {
  const inits = (caller: ScriptedCaller) => caller.calls.filter(({ methodName }) => methodName === "init").map(({ params }) => params);
  const made = (caller: ScriptedCaller) => inits(caller).filter(([, id]) => id === ID).length;

  test("where nothing is called back: it is taken back when the first PONG is overdue, before anything else is tried", async () => {
    const caller = new ScriptedCaller().on("init", () => "");
    const { clock, client, losses, heard } = setUp({ caller, pongs: false });
    client.start();
    await clock.advanceAsync(10_100);
    expect([client.state, losses]).toEqual(["waiting", ["events_missing"]]);
    expect(heard).toContain("event path failed: the CCU took the registration, but does not reach us");
    expect(inits(caller)).toEqual([
      [URL, ""],
      [URL, ID],
      [URL, ""],
    ]);
    await client[Symbol.asyncDispose]();
    expect(inits(caller)).toHaveLength(3);
  });

  test("where the CCU stands still over it: taken back as soon as it answers, tried again ever more rarely, and the wait tells the truth", async () => {
    const STALL = 254_000;
    const caller = new ScriptedCaller();
    const { clock, client, heard } = setUp({ caller });
    let busyUntilMs = 0;
    const answered = (value: XmlRpcValue) => (clock.monotonicMs() < busyUntilMs ? failure("TIMEOUT") : value);
    caller
      .on("system.listMethods", () => answered(["init", "ping"]))
      .on("init", ([, id]) => {
        if (id !== ID) return answered("");
        busyUntilMs = clock.monotonicMs() + STALL;
        return failure("TIMEOUT");
      });
    client.start();
    await clock.advanceAsync(STALL - 1_000, 500);
    expect([client.state, made(caller)]).toEqual(["waiting", 1]);
    expect(client.nextAttemptAtMs).toBeGreaterThan(clock.monotonicMs());
    expect(client.nextAttemptAtMs).toBeLessThanOrEqual(clock.monotonicMs() + 10_000);
    await clock.advanceAsync(12_000, 500);
    expect(inits(caller).at(-1)).toEqual([URL, ""]);
    expect(client.nextAttemptAtMs).toBeLessThanOrEqual(clock.monotonicMs() + 30_000);
    await clock.advanceAsync(3_600_000, 1_000);
    // 254 s each, with pauses of 30 s, 1, 2, 4, 8 and 15 min between them; without pauses it would be 15 times.
    expect(made(caller)).toBe(7);

    while (clock.monotonicMs() < busyUntilMs + 30_000 || client.nextAttemptAtMs === null) await clock.advanceAsync(1_000, 500);
    caller.on("system.listMethods", () => failure("CONNECTION_REFUSED"));
    heard.length = 0;
    await clock.advanceAsync(16_000, 500);
    expect([client.state, heard]).toEqual(["waiting", ["command failed: CONNECTION_REFUSED"]]);
    await client[Symbol.asyncDispose]();
    expect(clock.pendingTimers).toBe(0);
  });

  test("where the address changes or is refused: the old one is taken back", async () => {
    let url: string | null = URL;
    const { caller, clock, client, wiring } = setUp({
      callbackUrl: async () => {
        if (url === null) throw failure("CALLBACK_ADDRESS_REFUSED");
        return url;
      },
    });
    client.start();
    await settle(clock);
    url = "http://10.0.0.2:8095/secret/HmIP-RF";
    caller.on("ping", () => failure("CONNECTION_LOST"));
    await clock.advanceAsync(17_000);
    expect(inits(caller).slice(2)).toEqual([
      [URL, ""],
      [url, ""],
      [url, ID],
    ]);
    url = null;
    await clock.advanceAsync(17_000);
    expect(inits(caller).at(-1)).toEqual(["http://10.0.0.2:8095/secret/HmIP-RF", ""]);
    const before = inits(caller).length;
    await clock.advanceAsync(60_000);
    expect([inits(caller).length, wiring.pongs]).toEqual([before, true]);
    await client[Symbol.asyncDispose]();
  });
});

describe("what is asked beside the pings", () => {
  const MODULES: XmlRpcValue = [{ ADDRESS: "NEQ1", DUTY_CYCLE: 4 }];
  const talkative = (): ScriptedCaller =>
    new ScriptedCaller()
      .on("system.listMethods", () => ["init", "ping", "listBidcosInterfaces", "getServiceMessages"])
      .on("listBidcosInterfaces", () => MODULES)
      .on("getServiceMessages", () => [["A:0", "UNREACH", true]]);

  test("service messages at once and every 10 min, radio modules with the registration and every minute", async () => {
    const { caller, clock, client, heard } = setUp({ caller: talkative() });
    client.start();
    await settle(clock);
    expect(heard).toContain("messages UNREACH");
    await clock.advanceAsync(616_000, 500);
    expect(caller.countOf("getServiceMessages")).toBe(2);
    expect(caller.countOf("listBidcosInterfaces")).toBe(11);
    expect(heard.filter((line) => line === "modules NEQ1")).toHaveLength(10);
    await client[Symbol.asyncDispose]();
  });

  test("only one call is under way at a time, and the pings keep their rhythm whatever the answers take", async () => {
    const { caller, clock, client } = setUp({ caller: talkative() });
    let underWay = 0;
    let most = 0;
    const pingsAtMs: number[] = [];
    for (const [methodName, answer] of [...caller.answers]) {
      caller.on(methodName, (params) => {
        if (methodName === "ping") pingsAtMs.push(clock.monotonicMs());
        underWay += 1;
        most = Math.max(most, underWay);
        const isQuestion = methodName === "getServiceMessages" || methodName === "listBidcosInterfaces";
        return sleep({ clock, delayMs: isQuestion ? 4_900 : 10, signal: new AbortController().signal }).then(() => {
          underWay -= 1;
          return answer(params) as XmlRpcValue;
        });
      });
    }
    client.start();
    await clock.advanceAsync(700_000, 100);
    expect(most).toBe(1);
    expect(pingsAtMs.length).toBeGreaterThan(40);
    for (const [index, atMs] of pingsAtMs.slice(1).entries()) expect(atMs - (pingsAtMs[index] ?? 0)).toBe(15_000);
    await Promise.all([client[Symbol.asyncDispose](), clock.advanceAsync(1_000)]);
  });

  test.each(["TIMEOUT", "CONNECTION_LOST", "NOT_XML_RPC"] as const)("one that fails with %s is no loss and asked again", async (code) => {
    const { caller, clock, client, heard, losses } = setUp({ caller: talkative() });
    caller.on("getServiceMessages", () => failure(code));
    client.start();
    await clock.advanceAsync(601_000, 500);
    expect(client.state).toBe("connected");
    expect([losses, heard.filter((line) => line.includes("failed"))]).toEqual([[], []]);
    expect(caller.countOf("getServiceMessages")).toBe(2);
    await client[Symbol.asyncDispose]();
  });

  test("one that never ends is given up after 5 s, before the next ping", async () => {
    const { caller, clock, client } = setUp({ caller: talkative() });
    client.start();
    await settle(clock);
    expect(caller.calls.find(({ methodName }) => methodName === "getServiceMessages")?.timeoutMs).toBe(5_000);
    await client[Symbol.asyncDispose]();
  });

  test("one that is refused is not asked again until the next registration", async () => {
    const { caller, clock, client, losses } = setUp({ caller: talkative() });
    caller.on("getServiceMessages", () => failure("RPC_FAULT")).on("listBidcosInterfaces", () => failure("RPC_FAULT"));
    client.start();
    await clock.advanceAsync(1_300_000, 1_000);
    expect([caller.countOf("getServiceMessages"), caller.countOf("listBidcosInterfaces")]).toEqual([1, 2]);
    const pong = caller.answers.get("ping");
    caller.on("ping", () => failure("CONNECTION_LOST"));
    await clock.advanceAsync(15_000);
    if (pong !== undefined) caller.on("ping", pong);
    await clock.advanceAsync(15_000);
    expect(losses).toContain("call_failed");
    expect(caller.countOf("getServiceMessages")).toBe(2);
    await client[Symbol.asyncDispose]();
  });

  test("what is not offered is never asked", async () => {
    const { caller, clock, client } = setUp();
    client.start();
    await clock.advanceAsync(700_000, 1_000);
    expect(new Set(caller.methodNames())).toEqual(new Set(["system.listMethods", "init", "ping"]));
    await client[Symbol.asyncDispose]();
  });

  test("the end does not wait for an answer", async () => {
    const { caller, clock, client } = setUp({ caller: talkative() });
    caller.on("getServiceMessages", silence);
    client.start();
    await settle(clock);
    await client[Symbol.asyncDispose]();
    expect(client.state).toBe("stopped");
  });
});

describe("why a connection is lost", () => {
  test.each<[string, (caller: ScriptedCaller) => unknown, string]>([
    ["a call fails", (caller) => caller.on("system.listMethods", () => failure("TIMEOUT")), "call_failed"],
    ["init is refused", (caller) => caller.on("init", ([, id]) => (id === ID ? failure("RPC_FAULT") : "")), "registration_refused"],
    ["init is not answered", (caller) => caller.on("init", ([, id]) => (id === ID ? failure("TIMEOUT") : "")), "registration_unanswered"],
    ["taking an old registration back is not answered", (caller) => caller.on("init", () => failure("TIMEOUT")), "call_failed"],
    ["a ping is refused", (caller) => caller.on("ping", () => failure("RPC_FAULT")), "unexpected"],
  ])("%s", async (_name, script, expected) => {
    const caller = new ScriptedCaller();
    script(caller);
    const { clock, client, losses } = setUp({ caller });
    client.start();
    await settle(clock);
    expect(losses).toEqual([expected]);
    await client[Symbol.asyncDispose]();
  });

  test("no address of ours; PONGs that stay away", async () => {
    const nowhere = setUp({ callbackUrl: () => Promise.reject(failure("NO_ROUTE")) });
    nowhere.client.start();
    await settle(nowhere.clock);
    expect(nowhere.losses).toEqual(["address_unknown"]);
    await nowhere.client[Symbol.asyncDispose]();

    const deaf = setUp({ pongs: false });
    deaf.client.start();
    await deaf.clock.advanceAsync(26_000);
    expect(deaf.losses).toEqual(["events_missing"]);
    await deaf.client[Symbol.asyncDispose]();
  });
});
