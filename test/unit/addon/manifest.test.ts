import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { parseOptions } from "../../../src/config.ts";
import { repositoryRoot as ROOT } from "../../peers/paths.ts";
import { readManifest, readYaml } from "../../peers/supervisor/manifest.ts";

const manifest = readManifest();
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const json = (file: string): unknown => JSON.parse(read(file));

describe("addon/config.yaml", () => {
  test("is the only file of the repository that the Supervisor takes for an add-on", () => {
    // Not part of the repository; the Supervisor looks into no folder that begins with a dot.
    const exclude = ["node_modules", "dist", "coverage", "artifacts"];
    expect(globSync("**/config.{json,yaml,yml}", { cwd: ROOT, exclude })).toEqual([join("addon", "config.yaml")]);
  });

  test("is of the same version as everything else", () => {
    const { version } = z.looseObject({ version: z.string() }).parse(json("package.json"));
    expect(manifest.version).toBe(version);
    expect(json("package-lock.json")).toMatchObject({ version });
    expect(json("custom_components/homematic_vitals/manifest.json")).toMatchObject({ version });
    expect(read("custom_components/homematic_vitals/const.py")).toContain(`INTEGRATION_VERSION: Final = "${version}"\n`);
    expect(/^## (.*)$/m.exec(read("addon/CHANGELOG.md"))?.[1]).toBe(version);
  });

  test("names the companion and asks for the same Home Assistant", () => {
    expect(manifest.discovery).toEqual([manifest.slug]);
    expect(json("custom_components/homematic_vitals/manifest.json")).toMatchObject({ domain: manifest.slug });
    expect(json("hacs.json")).toMatchObject({ homeassistant: manifest.homeassistant });
  });

  test("opens the ports on which the program listens", () => {
    const { callback, web } = parseOptions({ ccus: [{ host: "ccu" }] }).options;
    // The page is opened by way of Home Assistant; its port is for /metrics only, and closed.
    expect(manifest.ports).toEqual({ [`${callback.port}/tcp`]: callback.port, [`${web.port}/tcp`]: null });
    expect(Object.keys(manifest.ports_description)).toEqual(Object.keys(manifest.ports));
    expect(manifest.ingress_port).toBe(web.port);
    expect(manifest.watchdog).toBe(`http://[HOST]:[PORT:${web.port}]/healthz`);
  });

  test("has what a Supervisor wants besides", () => {
    expect(readYaml("repository.yaml")).toMatchObject({ name: "Homematic Vitals" });
    for (const [file, width, height] of [
      ["addon/icon.png", 128, 128],
      ["addon/logo.png", 250, 100],
    ] as const) {
      const header = readFileSync(join(ROOT, file)).subarray(0, 24);
      expect([header.toString("latin1", 1, 4), header.readUInt32BE(16), header.readUInt32BE(20)]).toEqual(["PNG", width, height]);
    }
  });
});
