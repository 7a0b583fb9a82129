import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { parseOptions } from "../../../src/config.ts";
import { homeAssistantTarget } from "../../../src/homeassistant/target.ts";
import { NODE_FLAGS } from "../../peers/node-flags.ts";
import { repositoryRoot } from "../../peers/paths.ts";
import { readManifest, readYaml } from "../../peers/supervisor/manifest.ts";

const composed = z.strictObject({
  services: z.strictObject({
    "homematic-vitals": z.strictObject({
      image: z.string(),
      init: z.literal(true),
      restart: z.literal("unless-stopped"),
      stop_grace_period: z.string(),
      network_mode: z.literal("host"),
      read_only: z.literal(true),
      cap_drop: z.tuple([z.literal("ALL")]),
      security_opt: z.array(z.string()),
      command: z.array(z.string()),
      environment: z.record(z.string(), z.string()),
      volumes: z.array(z.string()),
      healthcheck: z.strictObject({ test: z.array(z.string()), interval: z.string(), timeout: z.string() }),
    }),
  }),
  volumes: z.strictObject({ "homematic-vitals": z.null() }),
});

const { services } = composed.parse(readYaml("compose.yaml"));
const service = services["homematic-vitals"];
const text = (file: string): string => readFileSync(join(repositoryRoot, file), "utf8");
const guide = text("docs/standing-alone.md");

describe("compose.yaml", () => {
  test("runs the published image in this version", () => {
    const { image } = z.looseObject({ image: z.string() }).parse(readYaml("addon/config.yaml"));
    expect(service.image).toBe(`${image}:${readManifest().version}`);
  });

  test("runs the command of the image, with an options file", () => {
    const command = z.array(z.string()).parse(JSON.parse(/^CMD (.*)$/m.exec(text("addon/Dockerfile"))?.[1] ?? ""));
    expect(service.command).toEqual([...command, "--options", "/options.json"]);
    expect(command).toEqual(["node", ...NODE_FLAGS, "/app/main.mjs"]);
    expect(service.volumes).toEqual([
      "./homematic-vitals.json:/options.json:ro",
      `homematic-vitals:${service.environment["HOMEMATIC_VITALS_DATA"]}`,
    ]);
  });

  test("sets only variables that the program knows", () => {
    const known = `${text("docs/options.md")} TZ`;
    expect(Object.keys(service.environment).filter((name) => !known.includes(name))).toEqual([]);
  });

  test("without values for Home Assistant runs without it", () => {
    const empty = Object.entries(service.environment).filter(([, value]) => /^\$\{\w+:-\}$/.test(value));
    expect(empty.map(([name]) => name)).toEqual(["HOME_ASSISTANT_URL", "HOME_ASSISTANT_TOKEN"]);
    expect(homeAssistantTarget({ url: "", token: "", env: { HOME_ASSISTANT_URL: "", HOME_ASSISTANT_TOKEN: "" } })).toBeNull();
  });

  test("looks after the page where the options of the guide put it", () => {
    expect(service.healthcheck.test.join(" ")).toContain(
      `http://127.0.0.1:${parseOptions({ ccus: [{ host: "ccu" }] }).options.web.port}/healthz`,
    );
  });
});

describe("docs/standing-alone.md", () => {
  test("has options that the program takes", () => {
    const examples = [...guide.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = ""]) => parseOptions(JSON.parse(json)));
    expect(examples.length).toBeGreaterThan(0);
    expect(examples.flatMap(({ warnings }) => warnings)).toEqual([]);
  });

  test("names the files and variables of compose.yaml", () => {
    for (const name of ["compose.yaml", "homematic-vitals.json", "HOME_ASSISTANT_URL", "HOME_ASSISTANT_TOKEN"])
      expect(guide).toContain(name);
  });
});
