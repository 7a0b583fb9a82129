import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { repositoryRoot } from "../../peers/paths.ts";
import { readManifest, readYaml } from "../../peers/supervisor/manifest.ts";

const FOLDER = ".github/workflows";
/** An action by the hash of its commit; the version behind it is a comment, which dependency updates keep. */
const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;

const permissions = z.record(z.string(), z.enum(["read", "write"]));
const step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
const job = z.looseObject({
  "timeout-minutes": z.int(),
  permissions,
  strategy: z.looseObject({ matrix: z.looseObject({ include: z.array(z.looseObject({ arch: z.string() })) }) }).optional(),
  steps: z.array(step).min(1),
});
const workflow = z.looseObject({ permissions: z.strictObject({}), concurrency: z.looseObject({}), jobs: z.record(z.string(), job) });

const workflows = readdirSync(join(repositoryRoot, FOLDER)).map((file) => ({ file, ...workflow.parse(readYaml(join(FOLDER, file))) }));
const jobs = workflows.flatMap(({ file, jobs: all }) => Object.entries(all).map(([name, content]) => ({ file, name, ...content })));
const release = workflows.find(({ file }) => file === "release.yml");

/** The only jobs that may write, and what. */
const WRITERS = {
  "release.yml image": ["packages", "id-token", "attestations"],
  "release.yml manifest": ["packages", "id-token"],
  "release.yml publish": ["contents", "id-token", "attestations"],
};

describe("the workflows", () => {
  test.each(jobs)("$file $name names every action by its commit", ({ steps }) => {
    expect(steps.flatMap(({ uses }) => uses ?? []).filter((uses) => !PINNED.test(uses))).toEqual([]);
  });

  test("let each job do only what it needs", () => {
    const writers = jobs.map((each) => [
      `${each.file} ${each.name}`,
      Object.entries(each.permissions).flatMap(([scope, right]) => (right === "write" ? [scope] : [])),
    ]);
    expect(Object.fromEntries(writers.filter(([, scopes]) => scopes?.length))).toEqual(WRITERS);
  });

  test("leave no credentials in a checkout", () => {
    const checkouts = jobs.flatMap(({ steps }) => steps.filter(({ uses }) => uses?.startsWith("actions/checkout@")));
    expect(checkouts.length).toBeGreaterThan(2);
    for (const checkout of checkouts) expect(checkout.with).toMatchObject({ "persist-credentials": false });
  });

  test("put nothing that others can write into a shell", () => {
    const scripts = jobs.flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
    expect(scripts.filter((script) => script.includes("${{"))).toEqual([]);
  });
});

describe("the release", () => {
  const { arch } = readManifest();
  const { image } = z.looseObject({ image: z.string() }).parse(readYaml("addon/config.yaml"));
  const uses = (name: string) => release?.jobs[name]?.steps ?? [];

  test("builds for each architecture that the add-on names", () => {
    expect(release?.jobs["image"]?.strategy?.matrix.include.map((entry) => entry.arch).toSorted()).toEqual(arch.toSorted());
    const manifest = uses("manifest").find((each) => each.uses?.includes("publish-multi-arch-manifest"))?.with;
    expect(JSON.parse(String(manifest?.["architectures"])).toSorted()).toEqual(arch.toSorted());
    expect(image.endsWith(`/${manifest?.["image-name"]}`)).toBe(true);
  });

  test("publishes the folder that npm run addon makes", () => {
    expect(uses("assemble").map(({ run }) => run)).toEqual(expect.arrayContaining(["npm test", "npm run addon"]));
    const upload = uses("assemble").find((each) => each.with?.["name"] === "addon")?.with;
    expect(upload).toMatchObject({ path: "dist/addon" });
    expect(uses("image").find((each) => each.uses?.includes("build-image"))?.with).toMatchObject({ context: "./addon" });
  });

  test("states where the image and the package come from", () => {
    for (const name of ["image", "publish"]) {
      expect(uses(name).some((each) => each.uses?.startsWith("actions/attest-build-provenance@"))).toBe(true);
    }
  });
});
