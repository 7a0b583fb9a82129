import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { silentLogger } from "../../src/base/logger.ts";
import { StateFile } from "../../src/state-file.ts";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vitals-state-"));
  path = join(folder, "deep", "state.json");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (logger = silentLogger) => new StateFile({ path, logger });

describe("StateFile", () => {
  test("keeps identity, secret and ids over a restart, readable by the owner only", () => {
    const first = open();
    expect(first.settle({ name: "CCU", host: "10.0.0.2", serial: "NEQ1234567" })).toBe("NEQ1234567");
    const second = open();
    expect(second.instanceId).toBe(first.instanceId);
    expect(second.callbackSecret).toBe(first.callbackSecret);
    expect(second.claim([{ name: "CCU", host: "10.0.0.2" }])).toEqual(new Map([["CCU", "NEQ1234567"]]));
    expect(statSync(path).mode & 0o077).toBe(0);
  });

  test("keeps what the devices of a CCU had, under its id, whatever is settled afterwards", () => {
    const first = open();
    first.settle({ name: "CCU", host: "10.0.0.2", serial: "NEQ1" });
    first.rememberMetrics("CCU", { "": ["status"], "HmIP-RF": ["health", "duty_cycle"] });
    first.rememberMetrics("nobody", { "": ["status"] });
    const second = open();
    expect(second.metricsOf("Cellar")).toEqual({});
    second.claim([{ name: "Cellar", host: "10.0.0.2" }]);
    second.settle({ name: "Cellar", host: "10.0.0.2", serial: "NEQ1" });
    expect(second.metricsOf("Cellar")).toEqual({ "": ["status"], "HmIP-RF": ["health", "duty_cycle"] });
  });

  test("keeps until when maintenance of each CCU was announced, and of one that is not known yet", () => {
    const first = open();
    first.maintenanceOf("CCU").remember(1_795_435_200_000);
    first.maintenanceOf("Cellar").remember(1_795_435_260_000);
    first.maintenanceOf("Cellar").remember(null);
    const second = open();
    expect(["CCU", "Cellar", "toString"].map((name) => second.maintenanceOf(name).untilMs)).toEqual([1_795_435_200_000, null, null]);
    const stored = JSON.parse(readFileSync(path, "utf8"));
    expect(stored.maintenance).toEqual({ CCU: 1_795_435_200_000 });
    delete stored.maintenance;
    writeFileSync(path, JSON.stringify(stored));
    expect([open().instanceId, open().maintenanceOf("CCU").untilMs]).toEqual([first.instanceId, null]);
  });

  test("reads a file of a version that did not keep them", () => {
    const first = open();
    first.settle({ name: "CCU", host: "10.0.0.2", serial: "NEQ1" });
    const stored = JSON.parse(readFileSync(path, "utf8"));
    for (const ccu of stored.ccus) delete ccu.metrics;
    writeFileSync(path, JSON.stringify(stored));
    const second = open();
    expect(second.claim([{ name: "CCU", host: "10.0.0.2" }]).get("CCU")).toBe("NEQ1");
    expect([second.instanceId, second.metricsOf("CCU")]).toEqual([first.instanceId, {}]);
  });

  test("an id survives a new address, then a new name", () => {
    open().settle({ name: "CCU", host: "10.0.0.2", serial: "NEQ1" });
    expect(
      open()
        .claim([{ name: "CCU", host: "10.0.0.9" }])
        .get("CCU"),
    ).toBe("NEQ1");
    expect(
      open()
        .claim([{ name: "Cellar", host: "10.0.0.9" }])
        .get("Cellar"),
    ).toBe("NEQ1");
    expect(
      open()
        .claim([{ name: "Cellar", host: "ccu.lan" }])
        .get("Cellar"),
    ).toBe("NEQ1");
  });

  test("a second CCU at the same address does not get the first one's id", () => {
    open().settle({ name: "A", host: "127.0.0.1", serial: "NEQ1" });
    const both = [
      { name: "B", host: "127.0.0.1" },
      { name: "A", host: "127.0.0.1" },
    ];
    expect(open().claim(both)).toEqual(new Map([["A", "NEQ1"]]));
  });

  test("a CCU that moved and was renamed at once is known by its serial", () => {
    open().settle({ name: "CCU", host: "10.0.0.2", serial: "NEQ1" });
    const state = open();
    expect(state.claim([{ name: "New", host: "ccu.lan" }]).size).toBe(0);
    expect(state.settle({ name: "New", host: "ccu.lan", serial: "NEQ1" })).toBe("NEQ1");
  });

  test("two CCUs that report one serial do not share an id, now and after a restart", () => {
    const warn = vi.fn();
    const state = open({ ...silentLogger, warn });
    expect(state.settle({ name: "A", host: "a", serial: "NEQ1" })).toBe("NEQ1");
    expect(state.settle({ name: "B", host: "b", serial: "NEQ1" })).toBe("NEQ1-2");
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("B and A report the same serial"));
    const both = [
      { name: "A", host: "a" },
      { name: "B", host: "b" },
    ];
    expect(open().claim(both)).toEqual(
      new Map([
        ["A", "NEQ1"],
        ["B", "NEQ1-2"],
      ]),
    );
  });

  test("without a serial the id is made of the address, and never given twice", () => {
    const state = open();
    expect(state.settle({ name: "A", host: "fe80::1", serial: null })).toBe("fe80--1");
    expect(state.settle({ name: "B", host: "fe80::1", serial: null })).toBe("fe80--1-2");
  });

  test.each(["", "{", "[]", '{"version":1}', '{"version":2,"instanceId":"x","callbackSecret":"y","ccus":[]}'])(
    "a damaged file %j is replaced and named once",
    (content) => {
      open();
      writeFileSync(path, content);
      const warn = vi.fn();
      const state = open({ ...silentLogger, warn });
      expect(warn).toHaveBeenCalledOnce();
      expect(JSON.parse(readFileSync(path, "utf8"))).toHaveProperty("instanceId", state.instanceId);
    },
  );

  test("a folder that cannot be written only costs a warning", () => {
    writeFileSync(join(folder, "deep"), "a file where the folder should be");
    const warn = vi.fn();
    const state = open({ ...silentLogger, warn });
    expect(state.settle({ name: "CCU", host: "ccu", serial: null })).toBe("ccu");
    expect(warn.mock.calls.flat().join()).toContain("cannot be written");
  });

  test("without a path nothing is written", () => {
    const state = new StateFile({ path: null, logger: silentLogger });
    state.settle({ name: "CCU", host: "ccu", serial: null });
    expect(existsSync(path)).toBe(false);
  });

  test("keeps the route and what a change of it has to give back", () => {
    const entity = {
      entityId: "sensor.my_ccu",
      name: "My CCU",
      icon: null,
      areaId: "cellar",
      labels: ["a"],
      categories: { home: "x" },
      aliases: [null, "y"],
      deviceClass: null,
      options: { sensor: { display_precision: 2 } },
      isHidden: true,
      enabled: "no" as const,
    };
    const route = {
      used: "mqtt" as const,
      entities: { NEQ1234567_hub_status: entity },
      devices: { NEQ1234567: { name: null, areaId: null, labels: [] } },
    };
    open().rememberRoute(route);
    expect(open().route).toEqual(route);
  });

  test("a file that knows no route is read, and no route was used", () => {
    const { instanceId } = open();
    const { route: _, ...old } = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify(old));
    expect(open().instanceId).toBe(instanceId);
    expect(open().route).toEqual({ used: null, entities: {}, devices: {} });
  });
});
