import { once } from "node:events";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { expect, test } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/logger.ts";
import { CallbackServer } from "../../../src/ccu/callback-server.ts";
import { parseOptions } from "../../../src/config.ts";
import { appSettings } from "../../../src/settings.ts";

test("a CCU reaches the callback port on every address of the machine, IPv6 included", async () => {
  const { options } = parseOptions({ ccus: [{ host: "ccu" }], callback: { port: 0 } });
  const { bind } = appSettings({ options, demo: false, env: {} });
  await using server = new CallbackServer({ host: bind.callback, port: 0, clock: systemClock, logger: silentLogger });
  await server.start(new AbortController().signal);
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses?.filter(({ internal }) => internal) ?? []);
  expect(own.length).toBeGreaterThan(0);
  for (const { address } of own) {
    const socket = connect(server.port, address);
    await once(socket, "connect");
    socket.destroy();
  }
});
