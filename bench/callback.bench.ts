import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { encodeMethodCall } from "../src/xmlrpc/encoder.ts";
import { quantile } from "./quantile.ts";
import type { Row } from "./row.ts";

const SERVERS = ["ours", "library", "bare"] as const;
type ServerName = (typeof SERVERS)[number];

interface Load {
  readonly eventsPerRequest: number;
  readonly requests: number;
  /** How many times less than homematic-xmlrpc it has to be. */
  readonly lessThanLibrary: number;
  /** How many times bare node:http it may be. */
  readonly overBare?: number;
}

const LOADS: readonly Load[] = [
  { eventsPerRequest: 1, requests: 1_500, lessThanLibrary: 3 },
  { eventsPerRequest: 10, requests: 600, lessThanLibrary: 5, overBare: 3 },
  { eventsPerRequest: 50, requests: 200, lessThanLibrary: 5 },
];
/** The path that `callback-server-process.ts` serves. */
const CALLBACK_PATH = "/secret/BidCos-RF";
/** A callback server runs for months: what counts is the code after V8 has optimised it. */
const WARM_UP_REQUESTS = 12_000;
const ROUNDS = 7;
const CONNECTIONS = 2;

/** CPU time of the serving process per event, as a CCU sends events; this process makes the load. */
export async function benchCallbackServer(): Promise<Row[]> {
  const servers = await Promise.all(SERVERS.map(async (name) => [name, await ServerProcess.start(name)] as const));
  try {
    const rows: Row[] = [];
    for (const load of LOADS) {
      const cpuUs = await measure(new Map(servers), load);
      rows.push(...compare(cpuUs, load));
    }
    return rows;
  } finally {
    for (const [, server] of servers) server[Symbol.dispose]();
  }
}

/** A server in a process of its own, told over its pipe to say how much CPU time it has used. */
class ServerProcess implements Disposable {
  readonly #name: ServerName;
  readonly #child: ChildProcess;
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

  private constructor(name: ServerName, child: ChildProcess, port: number) {
    this.#name = name;
    this.#child = child;
    this.#port = port;
  }

  static async start(name: ServerName): Promise<ServerProcess> {
    const child = fork(new URL("callback-server-process.ts", import.meta.url), [name]);
    const [{ port }] = await once(child, "message");
    return new ServerProcess(name, child, port);
  }

  /** Microseconds of CPU that each event of `requests` requests took it. */
  async cpuPerEvent(body: Buffer, requests: number, { eventsPerRequest }: Load): Promise<number> {
    const before = await this.#usage();
    await Promise.all(Array.from({ length: CONNECTIONS }, () => this.#post(body, requests / CONNECTIONS)));
    const after = await this.#usage();
    const sent = requests * eventsPerRequest;
    if (this.#name !== "bare" && after.events - before.events !== sent) throw new Error(`${this.#name} has not seen all events`);
    return (after.cpuUs - before.cpuUs) / sent;
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
    this.#child.kill();
  }

  async #usage(): Promise<{ cpuUs: number; events: number }> {
    this.#child.send("usage");
    const [usage] = await once(this.#child, "message");
    return usage;
  }

  async #post(body: Buffer, times: number): Promise<void> {
    const headers = { "Content-Type": "text/xml", "Content-Length": body.length };
    const target = { host: "127.0.0.1", port: this.#port, path: CALLBACK_PATH, method: "POST", agent: this.#agent, headers };
    for (let sent = 0; sent < times; sent += 1) {
      const [response] = await once(request(target).end(body), "response");
      if (response.statusCode !== 200) throw new Error(`the server answered ${response.statusCode}`);
      await once(response.resume(), "end");
    }
  }
}

function compare(cpuUs: ReadonlyMap<ServerName, number>, { eventsPerRequest, lessThanLibrary, overBare }: Load): Row[] {
  const cpuOf = (name: ServerName): number => cpuUs.get(name) ?? Number.NaN;
  const [ours, library, bare] = [cpuOf("ours"), cpuOf("library"), cpuOf("bare")] as const;
  const common = { work: `callback server, CPU per event at ${eventsPerRequest} a request`, ours: `${ours.toFixed(1)} us` };
  const rows = [
    {
      ...common,
      peer: `homematic-xmlrpc ${library.toFixed(1)} us`,
      ratio: `${(library / ours).toFixed(1)}x less`,
      target: `>= ${lessThanLibrary}x less`,
      met: library / ours >= lessThanLibrary,
    },
  ];
  if (overBare !== undefined) {
    rows.push({
      ...common,
      peer: `bare node:http ${bare.toFixed(1)} us`,
      ratio: `${(ours / bare).toFixed(1)}x`,
      target: `<= ${overBare}x`,
      met: ours / bare <= overBare,
    });
  }
  return rows;
}

/** The median over rounds in which the servers take turns, so that a busy moment of the machine meets all of them. */
async function measure(servers: ReadonlyMap<ServerName, ServerProcess>, load: Load): Promise<ReadonlyMap<ServerName, number>> {
  const body = encodeMethodCall("system.multicall", [Array.from({ length: load.eventsPerRequest }, (_, index) => event(index))]);
  const rounds = new Map<ServerName, number[]>(SERVERS.map((name) => [name, []]));
  for (const server of servers.values()) await server.cpuPerEvent(body, WARM_UP_REQUESTS / load.eventsPerRequest, load);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, server] of servers) {
      rounds.get(name)?.push(await server.cpuPerEvent(body, load.requests, load));
    }
  }
  return new Map([...rounds].map(([name, values]) => [name, quantile(values, 0.5)]));
}

function event(index: number): { methodName: string; params: (string | number | boolean)[] } {
  const values = [index % 2 === 0, 21.5 + index, index, "text"];
  return { methodName: "event", params: ["vitals-HmIP-RF", `000858A994${index}:1`, "ACTUAL_TEMPERATURE", values[index % 4] ?? ""] };
}
