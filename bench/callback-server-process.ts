import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import homematicXmlRpc from "homematic-xmlrpc";
import { systemClock } from "../src/base/clock.ts";
import { silentLogger } from "../src/base/logger.ts";
import { CallbackMethods } from "../src/ccu/callback-methods.ts";
import { CallbackServer } from "../src/ccu/callback-server.ts";

/** One of the servers that `callback.bench.ts` compares, in a process of its own so that its CPU time is its own. */
const PATH = "/secret/BidCos-RF";
let events = 0;

const SERVERS: Readonly<Record<string, () => Promise<number>>> = { ours, library, bare };

process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuUs: user + system, events });
});
process.send?.({ port: await SERVERS[process.argv[2] ?? ""]?.() });

async function ours(): Promise<number> {
  const server = new CallbackServer({ host: "127.0.0.1", port: 0, clock: systemClock, logger: silentLogger });
  const sink = {
    callReceived: () => {},
    event: () => {
      events += 1;
    },
    batchHandled: () => {},
    newDevices: () => {},
    deleteDevices: () => {},
    unknownMethod: () => {},
    invalidCall: () => {},
  };
  server.register(PATH, new CallbackMethods({ sink }));
  await server.start(new AbortController().signal);
  return server.port;
}

/** As its users write it: one empty string a call. */
async function library(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const server = homematicXmlRpc.createServer({ host: "127.0.0.1", port: 0 }, resolve);
  server.on("system.multicall", (_error, [calls = []], answer) => {
    events += calls.length;
    answer(null, Array(calls.length).fill(""));
  });
  await promise;
  return portOf(server.httpServer.address());
}

/** The least that any server on node:http does. */
async function bare(): Promise<number> {
  const answer = Buffer.from('<?xml version="1.0"?><methodResponse><params><param><value></value></param></params></methodResponse>');
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      Buffer.concat(chunks);
      response.writeHead(200, { "Content-Type": "text/xml", "Content-Length": answer.length }).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return portOf(server.address());
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== "object" || address === null) throw new Error("not listening");
  return address.port;
}
