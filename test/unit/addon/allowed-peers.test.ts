import { describe, expect, test } from "vitest";
import { silentLogger } from "../../../src/base/logger.ts";
import { WebServer } from "../../../src/web/web-server.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { FakeSource } from "../web/status-fixture.ts";

async function answerTo({
  host,
  from,
  allowedPeers,
  path = "/healthz",
}: {
  host: string;
  from: string;
  allowedPeers: readonly string[] | null;
  path?: string;
}): Promise<string> {
  const parts = { source: new FakeSource(), clock: new ManualClock(), logger: silentLogger };
  await using server = new WebServer({ host, port: 0, allowedPeers, ...parts });
  await server.start(new AbortController().signal);
  const response = await fetch(`http://${from}:${server.port}${path}`);
  return `${response.status} ${(await response.text()).trim()}`;
}

describe("the page of an add-on", () => {
  const refused = "403 This page is opened from within Home Assistant. Choose Open web UI on the page of the app there.";

  test("answers those who are allowed to ask", async () => {
    expect(await answerTo({ host: "127.0.0.1", from: "127.0.0.1", allowedPeers: ["172.30.32.2", "127.0.0.1"] })).toBe("200 alive");
  });

  test("answers nobody else", async () => {
    expect(await answerTo({ host: "127.0.0.1", from: "127.0.0.1", allowedPeers: ["172.30.32.2"] })).toBe(refused);
  });

  test("knows an IPv4 address that comes as IPv6", async () => {
    expect(await answerTo({ host: "::", from: "127.0.0.1", allowedPeers: ["127.0.0.1"] })).toBe("200 alive");
  });

  test("answers everybody where there is no Supervisor", async () => {
    expect(await answerTo({ host: "127.0.0.1", from: "127.0.0.1", allowedPeers: null })).toBe("200 alive");
  });

  test("gives its figures to Prometheus, which does not come by way of Home Assistant, and nothing else", async () => {
    const stranger = { host: "127.0.0.1", from: "127.0.0.1", allowedPeers: ["172.30.32.2"] };
    expect(await answerTo({ ...stranger, path: "/metrics" })).toMatch(/^200 # HELP /);
    for (const path of ["/", "/api/snapshot", "/api/stream", "/readyz", "/metrics/", "//metrics"]) {
      expect(await answerTo({ ...stranger, path })).toBe(refused);
    }
  });
});
