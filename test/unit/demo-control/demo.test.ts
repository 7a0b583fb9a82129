import { expect, it } from "vitest";
import { startDemo } from "../../../src/demo.ts";
import { XmlRpcClient } from "../../../src/xmlrpc/client.ts";
import { RecordingLogger } from "../ccu/recording-logger.ts";

it("the demo says where its faults are switched, and switches those of the CCU that its options name", async () => {
  const logger = new RecordingLogger();
  const demo = await startDemo({ logger, signal: new AbortController().signal });
  const address = /http:\/\/localhost:\d+$/.exec(logger.lines.join("\n"))?.[0] ?? "";
  const { host = "", interfaces = [] } = demo.options.ccus[0] ?? {};
  const hmip = interfaces.find(({ name }) => name === "HmIP-RF");
  using client = new XmlRpcClient({ host, port: hmip?.port ?? 0 });
  expect(await client.call("ping", ["me#1"])).toBe(true);
  const body = JSON.stringify({ interface: "HmIP-RF", set: { mode: "boot" } });
  const answer = await fetch(`${address}/api/step`, { method: "POST", headers: { "content-type": "application/json" }, body });
  expect(answer.status).toBe(200);
  await expect(client.call("ping", ["me#2"])).rejects.toMatchObject({ code: "NOT_READY" });
  await demo[Symbol.asyncDispose]();
  await expect(client.call("ping", ["me#3"])).rejects.toMatchObject({ code: "CONNECTION_REFUSED" });
  await expect(fetch(address)).rejects.toThrow();
});

it("a demo that is given up before it runs leaves nothing open", async () => {
  const logger = new RecordingLogger();
  await expect(startDemo({ logger, signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
  expect(logger.lines).toEqual([]);
});
