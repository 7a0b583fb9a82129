import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import { REFUSALS } from "../../src/web/refusals.ts";
import { ContainerNetwork } from "../peers/container-network.ts";
import { eventually } from "../peers/eventually.ts";
import { SupervisedHome } from "../peers/supervised-home.ts";
import { CheckTable } from "./check-table.ts";

const DOMAIN = "homematic_vitals";
const HEALTH = "sensor.ccu_system_health";
const BASE = `http://${ContainerNetwork.SUPERVISOR}`;
const MIB = 1024 * 1024;

const Message = z.looseObject({ type: z.string(), success: z.boolean().optional(), error: z.looseObject({ code: z.string() }).optional() });
const Discovered = z.object({ data: z.object({ uuid: z.string() }) });
const Session = z.object({ session: z.string() });

/** What the notes on the Supervisor say, shown at its stand-in, and how the add-on lives with it; the checks build on each other. */
describe("the Supervisor", () => {
  const peers = new AsyncDisposableStack();
  const table = new CheckTable();
  let home: SupervisedHome;

  const healthIs = (value: number, timeoutMs: number) =>
    home.homeAssistant.waitForState(HEALTH, ({ state }) => Number.parseFloat(state) === value, timeoutMs);
  /** Core writes a new entry a moment later, and one that it has not written is gone when it is killed. */
  const storedByCore = () =>
    eventually({
      what: "the entry of the integration in Core's storage",
      timeoutMs: 20_000,
      ask: async () => {
        const stored = await readFile(join(home.homeAssistant.configDirectory, ".storage", "core.config_entries"), "utf8");
        return new RegExp(`"domain": ?"${DOMAIN}"`).test(stored) || undefined;
      },
    });
  const statusOf = async (how: { method?: string; path: string; body?: object; token?: string }) => (await ask(how)).status;

  async function ask({
    method = "GET",
    path,
    body,
    token = home.addOn.token,
  }: {
    method?: string;
    path: string;
    body?: object;
    token?: string;
  }) {
    const answered = Promise.withResolvers<{ status: number; text: string }>();
    // Not fetch, which would tidy the path up.
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const sent = request({ host: ContainerNetwork.SUPERVISOR, port: 80, method, path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part) => {
        text += part;
      });
      response.on("end", () => answered.resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on("error", answered.reject).end(body && JSON.stringify(body));
    return await answered.promise;
  }

  beforeAll(async () => {
    home = peers.use(await SupervisedHome.create());
    await home.homeAssistant.start();
    await home.homeAssistant.addConfigEntry(DOMAIN);
  });

  afterAll(async () => {
    await peers.disposeAsync();
  });

  describe("options", () => {
    test("starts nothing before the address of the CCU is entered", async () => {
      await expect(home.addOn.start()).rejects.toThrow("Missing required option 'host'");
    });

    test("writes what was entered, and the sensors appear", async () => {
      home.addOn.setOptions(home.options);
      await home.addOn.start();
      await table.time("options entered, started -> System health 100 %", () => healthIs(100, 15_000));
    });

    test("takes options of the add-on, drops unknown ones and refuses wrong ones", async () => {
      const path = "/addons/self/options";
      expect(await statusOf({ method: "POST", path, body: { options: { ...home.options, of_another_version: 1 } } })).toBe(200);
      expect(home.addOn.options).toEqual(home.options);
      const refused = await ask({ method: "POST", path, body: { options: { ...home.options, log_level: "loud" } } });
      expect(refused).toMatchObject({ status: 400, text: expect.stringContaining("Invalid value for option 'log_level'") });
      expect(home.addOn.options).toEqual(home.options);
      table.add("POST /addons/self/options: unknown, wrong", "dropped with 200, 400");
    });
  });

  describe("what an add-on may ask", () => {
    test.each([
      ["GET", "/network/info", 200],
      ["GET", "/addons/self/info", 200],
      ["GET", "/info", 200],
      ["GET", "/discovery", 401],
      ["POST", "/addons/self/options/validate", 403],
      ["GET", "/addons", 403],
      ["GET", "/services/mqtt", 403],
      ["GET", "/core/api/config", 200],
      ["PUT", "/core/api/config", 405],
      ["GET", "/core/api/../info", 400],
      ["GET", "/core/api/hassio/info", 403],
    ])("%s %s is answered with %i", async (method, path, status) => {
      expect(await statusOf({ method, path })).toBe(status);
      table.add(`${method} ${path}`, String(status));
    });

    test("a token that is none is refused", async () => {
      expect(await statusOf({ path: "/network/info", token: "void" })).toBe(403);
      expect(await statusOf({ path: "/core/api/config", token: "void" })).toBe(401);
      expect((await fetch(`${BASE}/network/info`)).status).toBe(401);
    });

    test("the program asked for the address of the machine and its port, and for nothing that it may not", () => {
      const asked = new Set(home.supervisor.requestsOf("add-on").filter((line) => line.startsWith("GET") && line.endsWith(" 200")));
      expect([...asked]).toEqual(expect.arrayContaining(["GET /network/info 200", "GET /addons/self/info 200"]));
      expect(home.addOn.process.output).not.toMatch(/ (WARN|ERROR) /);
    });
  });

  describe("discovery", () => {
    const send = async (service: string, config: object) => await ask({ method: "POST", path: "/discovery", body: { service, config } });

    test("refuses what the add-on does not list", async () => {
      expect(await send("mqtt", {})).toMatchObject({ status: 403 });
    });

    test("is told to Core once for each change, under one id", async () => {
      const before = home.supervisor.discovery.pushes;
      const first = await send(DOMAIN, { start: 1 });
      expect((await send(DOMAIN, { start: 1 })).text).toBe(first.text);
      expect(home.supervisor.discovery.pushes).toBe(before + 1);
      expect((await send(DOMAIN, { start: 2 })).text).toBe(first.text);
      expect(home.supervisor.discovery.pushes).toBe(before + 2);
      const { uuid } = Discovered.parse(JSON.parse(first.text)).data;
      // Core believes nothing that it is pushed: it asks back.
      const asked = home.supervisor.requestsOf("core").map((line) => line.replaceAll("-", ""));
      expect(asked.filter((line) => line === `GET /discovery/${uuid} 200`)).toHaveLength(2);
      expect(asked).toContain(`GET /addons/${home.addOn.slug}/info 200`);
      table.add("POST /discovery: new, same, changed, not listed", "pushed, not pushed, pushed, 403");
    });
  });

  describe("Core's WebSocket", () => {
    interface Conversation extends AsyncDisposable {
      readonly socket: WebSocket;
      next(): Promise<z.infer<typeof Message>>;
      readonly closed: Promise<number>;
    }

    function open(): Conversation {
      const socket = new WebSocket(`ws://${ContainerNetwork.SUPERVISOR}/core/websocket`);
      const messages: string[] = [];
      socket.on("message", (data) => messages.push(String(data)));
      const closed = new Promise<number>((resolve) => socket.on("close", resolve));
      socket.on("error", () => socket.terminate());
      return {
        socket,
        closed,
        next: async () => {
          const ask = (): string | undefined => messages.shift();
          return Message.parse(JSON.parse(await eventually({ what: "a message of the proxy", timeoutMs: 10_000, ask })));
        },
        [Symbol.asyncDispose]: async () => socket.terminate(),
      };
    }

    async function authenticated(): Promise<Conversation> {
      const proxy = open();
      expect((await proxy.next()).type).toBe("auth_required");
      proxy.socket.send(JSON.stringify({ type: "auth", access_token: home.addOn.token }));
      expect((await proxy.next()).type).toBe("auth_ok");
      return proxy;
    }

    test("lets the add-on in by its token only", async () => {
      await using proxy = open();
      await proxy.next();
      proxy.socket.send(JSON.stringify({ type: "auth", access_token: "void" }));
      expect((await proxy.next()).type).toBe("auth_invalid");
      await proxy.closed;
    });

    test("refuses commands of the Supervisor and passes all others on", async () => {
      await using proxy = await authenticated();
      for (const [id, type] of ["hassio/update/config/info", "supervisor/api"].entries()) {
        proxy.socket.send(JSON.stringify({ id: id + 1, type, endpoint: "/info", method: "get" }));
        expect(await proxy.next()).toMatchObject({ success: false, error: { code: "unauthorized" } });
      }
      proxy.socket.send(JSON.stringify({ id: 3, type: "get_config" }));
      expect(await proxy.next()).toMatchObject({ id: 3, success: true });
      table.add("hassio/..., supervisor/... through /core/websocket", "unauthorized");
    });

    test("closes with 1009 on a message of more than 4 MiB", async () => {
      await using proxy = await authenticated();
      proxy.socket.send(JSON.stringify({ id: 1, type: "get_config", filler: "x".repeat(4 * MIB) }));
      expect(await proxy.closed).toBe(1009);
      table.add("a message of more than 4 MiB", "closed with 1009");
    });

    test("says auth_ok before it has reached Core, and closes with 1000 when it cannot", async () => {
      await using proxy = open();
      await proxy.next();
      await storedByCore();
      await home.homeAssistant.kill();
      proxy.socket.send(JSON.stringify({ type: "auth", access_token: home.addOn.token }));
      expect((await proxy.next()).type).toBe("auth_ok");
      expect(await proxy.closed).toBe(1000);
      expect(await statusOf({ path: "/core/api/config" })).toBe(502);
      table.add("Core killed: auth_ok, then", "closed with 1000");
    });

    test("answers 502 until Core runs; then the sensors come back by themselves", async () => {
      await eventually({
        what: "a 502 for the waiting add-on",
        timeoutMs: 40_000,
        ask: () => home.supervisor.requestsOf("nobody").find((line) => line === "GET /core/websocket 502"),
      });
      await home.homeAssistant.start();
      await table.time("Core started again -> System health 100 %", () => healthIs(100, 60_000));
    });

    test("closes with 1000 when Core restarts; the sensors come back by themselves", async () => {
      await using proxy = await authenticated();
      await Promise.all([home.homeAssistant.restart(), proxy.closed.then((code) => expect(code).toBe(1000))]);
      // Core takes up at its start what add-ons told before.
      expect(home.supervisor.requestsOf("core").filter((line) => line === "GET /discovery 200").length).toBeGreaterThan(2);
      await table.time("Core restarted -> System health 100 %", () => healthIs(100, 60_000));
    });
  });

  describe("the page through Core", () => {
    const open = async (path: string, headers: Record<string, string> = {}): Promise<Response> =>
      await fetch(`${home.homeAssistant.url}/api/hassio_ingress/${home.addOn.slug}${path}`, { headers });
    const cookie = async (): Promise<Record<string, string>> => {
      const created = await home.homeAssistant.call("supervisor/api", { endpoint: "/ingress/session", method: "post" });
      return { cookie: `ingress_session=${Session.parse(created).session}`, "accept-language": "de" };
    };

    test("opens for a logged-in user only, with addresses that work below any path", async () => {
      expect((await open("/")).status).toBe(401);
      const response = await open("/", await cookie());
      expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html"]);
      const html = await response.text();
      // The charset is lost on the way, so the page says it.
      expect(html.slice(0, 1_024)).toMatch(/<meta charset="utf-8">/i);
      expect(
        [...html.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, target = ""]) => target).filter((target) => /^(?:\/|https?:)/.test(target)),
      ).toEqual([]);
      table.add("page through Core's ingress without, with session", "401, 200");
    });

    test("has its events streamed, not collected", async () => {
      const stop = new AbortController();
      const response = await fetch(`${home.homeAssistant.url}/api/hassio_ingress/${home.addOn.slug}/api/stream`, {
        headers: await cookie(),
        signal: stop.signal,
      });
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      let received = "";
      while (!/event: page\ndata: .+\n\n/.test(received)) received += (await reader?.read())?.value ?? "";
      stop.abort();
      table.add("server-sent events through Core's ingress", "streamed");
    });

    test("answers the Supervisor, and nobody else in the network of the containers", async () => {
      expect((await home.addOn.get("/")).status).toBe(200);
      const refused = await home.addOn.get("/", ContainerNetwork.GATEWAY);
      expect(refused).toMatchObject({ status: 403, body: `${REFUSALS.notFromHomeAssistant.text.en}\n` });
      expect(await home.addOn.get("/metrics", ContainerNetwork.GATEWAY)).toMatchObject({ status: 200 });
      table.add("page, /metrics from another address than 172.30.32.2", "403, 200");
    });
  });

  describe("life and death", () => {
    test("the watchdog finds it alive, also while its CCU is gone, and not when it hangs", async () => {
      expect(await home.addOn.isHealthy()).toBe(true);
      await home.ccu.stop();
      await healthIs(0, 30_000);
      expect(await home.addOn.isHealthy()).toBe(true);
      await home.addOn.suspend();
      expect(await home.addOn.isHealthy()).toBe(false);
      await home.addOn.resume();
      await home.ccu.start();
      await healthIs(100, 30_000);
      expect(await home.addOn.isHealthy()).toBe(true);
      table.add("watchdog: well, CCU gone, program hangs", "alive, alive, dead");
    });

    test("while the Supervisor updates itself the CCU is watched on, and Home Assistant is found again", async () => {
      const shows = async (state: string, timeoutMs: number): Promise<string> =>
        await eventually({
          what: `"${state}" on the page`,
          timeoutMs,
          ask: async () => {
            const { body } = await home.addOn.get("/api/snapshot");
            return body.includes(`"homeAssistant":{"state":"${state}"`) ? body : undefined;
          },
        });
      await home.supervisor.close();
      expect(await shows("waiting", 30_000)).toContain('"systemHealth":{"value":100');
      await home.supervisor.open();
      await table.time("Supervisor back -> publishing", () => shows("publishing", 60_000));
      await healthIs(100, 15_000);
    });

    test("a token of an earlier start is void", async () => {
      const before = home.addOn.token;
      await home.addOn.stop();
      await home.addOn.start();
      expect(await statusOf({ path: "/network/info", token: before })).toBe(403);
      expect(await statusOf({ path: "/network/info" })).toBe(200);
      await healthIs(100, 15_000);
    });

    test("it ends with exit code 0 in time", async () => {
      expect(await table.time("SIGTERM -> exit code 0", () => home.addOn.stop())).toEqual({ code: 0, signal: null });
      expect(home.addOn.state).toBe("stopped");
    });
  });

  test("no request of the program was refused", () => {
    const refused = home.supervisor.requestsOf("stranger").toSorted();
    expect(refused).toEqual(["GET /core/api/config 401", "GET /network/info 403", "GET /network/info 403"]);
    expect(home.addOn.process.output).not.toMatch(/ ERROR /);
  });

  test("takes back what it told Core when the add-on is uninstalled", async () => {
    await home.supervisor.uninstall();
    expect(home.supervisor.discovery.messages).toEqual([]);
  });

  test("answers 400 where a broker is wanted and there is none", async () => {
    home.install({ services: ["mqtt:want"] });
    home.addOn.setOptions(home.options);
    await home.addOn.start();
    expect(await ask({ path: "/services/mqtt" })).toMatchObject({ status: 400, text: expect.stringContaining("Service not enabled") });
    table.add("GET /services/mqtt: not listed, no broker", "403, 400");
  });
});
