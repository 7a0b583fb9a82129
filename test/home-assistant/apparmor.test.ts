import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { repositoryRoot } from "../peers/paths.ts";

const PROFILE = join(repositoryRoot, "addon", "apparmor.txt");

test("the AppArmor profile of the add-on is understood, and is one that the Supervisor can rename", async () => {
  const { stdout } = await promisify(execFile)("/usr/sbin/apparmor_parser", ["-Q", "-K", "-S", PROFILE], { encoding: "buffer" });
  expect(stdout.length).toBeGreaterThan(1_000);
  expect((await readFile(PROFILE, "utf8")).match(/^profile ([^ ]+)/gm)).toEqual(["profile homematic_vitals"]);
});
