import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  COMPANION_SENTENCES,
  COMPANION_STEPS,
  type CompanionFacts,
  type CompanionState,
  type EntryState,
  judge,
} from "../../../src/homeassistant/installer/companion-state.ts";
import type { InstalledCopy } from "../../../src/homeassistant/installer/installed-copy.ts";
import { isNewer, isVersion } from "../../../src/homeassistant/installer/versions.ts";

const NOTHING: CompanionFacts = {
  bundled: "1.1.0",
  loadable: null,
  hello: null,
  copy: { kind: "none" },
  allowed: true,
  consented: false,
  installable: true,
};
const ours = (version: string, edited = false): InstalledCopy => ({ kind: "ours", version, edited });
const foreign = (version: string | null): InstalledCopy => ({ kind: "foreign", version });
const hello = (running: string, entry: EntryState = "loaded", installed: string | null = null): CompanionFacts["hello"] => ({
  running,
  entry,
  installed,
});

describe("where the integration stands", () => {
  test.each<[string, Partial<CompanionFacts>, CompanionState, string]>([
    ["nothing is installed and the user has not been asked", {}, "offered", "none"],
    ["the user has agreed", { consented: true }, "offered", "install"],
    ["the user has agreed, but the option is off", { consented: true, allowed: false }, "absent", "none"],
    ["there is no way to install it", { consented: true, installable: false }, "absent", "none"],
    ["the folder is not within reach, but the Marketplace would do it", { copy: null, consented: true }, "offered", "install"],
    ["it was copied and Home Assistant was not restarted", { copy: ours("1.1.0") }, "restart_pending", "none"],
    ["HACS has put it there and Home Assistant was not restarted", { copy: foreign("1.1.0") }, "restart_pending", "none"],
    ["an older copy of ours waits for the restart", { copy: ours("1.0.0") }, "restart_pending", "update"],
    ["an older copy of ours waits for the restart, the option is off", { copy: ours("1.0.0"), allowed: false }, "restart_pending", "none"],
    ["something lies there that nobody can load", { copy: foreign(null), consented: true }, "foreign", "none"],
    ["it can be added", { loadable: "1.1.0", copy: ours("1.1.0") }, "not_added", "none"],
    [
      "it can be added, as the companion says",
      { loadable: "1.1.0", hello: hello("1.1.0", "not_configured"), copy: null },
      "not_added",
      "none",
    ],
    ["an older copy of ours can be added", { loadable: "1.0.0", copy: ours("1.0.0") }, "not_added", "update"],
    ["it was updated before it was added", { loadable: "1.0.0", copy: ours("1.1.0") }, "update_restart_pending", "none"],
    ["it is disabled", { hello: hello("1.1.0", "not_loaded"), copy: ours("1.1.0") }, "not_loaded", "none"],
    ["it runs", { hello: hello("1.1.0"), copy: ours("1.1.0") }, "running", "none"],
    ["it runs, installed by HACS", { hello: hello("1.1.0"), copy: foreign("1.1.0") }, "running", "none"],
    ["it runs, and its folder is not within reach", { hello: hello("1.1.0"), copy: null }, "running", "none"],
    ["it runs, and its folder was deleted", { hello: hello("1.1.0"), copy: { kind: "none" } }, "running", "none"],
    ["it runs in a newer version than ours", { hello: hello("2.0.0"), copy: ours("2.0.0") }, "running", "none"],
    ["it runs, edited, in the right version", { hello: hello("1.1.0"), copy: ours("1.1.0", true) }, "running", "none"],
    ["no companion came along", { hello: hello("1.0.0"), copy: null, bundled: null }, "running", "none"],
    ["an older copy of ours runs", { hello: hello("1.0.0"), copy: ours("1.0.0") }, "update_available", "update"],
    [
      "an older copy of ours runs, the option is off",
      { hello: hello("1.0.0"), copy: ours("1.0.0"), allowed: false },
      "update_available",
      "none",
    ],
    ["an older one runs out of reach", { hello: hello("1.0.0", "loaded", "1.0.0"), copy: null }, "update_available", "none"],
    ["the update waits for the restart", { hello: hello("1.0.0"), copy: ours("1.1.0") }, "update_restart_pending", "none"],
    ["an update of HACS waits for the restart", { hello: hello("1.0.0", "loaded", "1.1.0"), copy: null }, "update_restart_pending", "none"],
    ["an older one of HACS runs", { hello: hello("1.0.0"), copy: foreign("1.0.0") }, "foreign", "none"],
    ["an older one runs that the user has edited", { hello: hello("1.0.0"), copy: ours("1.0.0", true) }, "edited", "none"],
    ["a backup has brought an older copy back", { hello: hello("1.1.0"), copy: ours("1.0.0") }, "update_restart_pending", "update"],
  ])("when %s", (_name, facts, state, action) => {
    expect(judge({ ...NOTHING, ...facts })).toEqual({ state, action });
  });
});

describe("whatever the facts are,", () => {
  const version = fc.constantFrom("0.9.0", "1.0.0", "1.1.0", "2.0.0");
  const facts: fc.Arbitrary<CompanionFacts> = fc.record({
    bundled: fc.option(version),
    loadable: fc.option(version),
    hello: fc.option(
      fc.record({
        running: version,
        installed: fc.option(version),
        entry: fc.constantFrom<EntryState>("loaded", "not_loaded", "not_configured"),
      }),
    ),
    copy: fc.option(
      fc.oneof(
        fc.constant<InstalledCopy>({ kind: "none" }),
        fc.record({ kind: fc.constant("ours" as const), version, edited: fc.boolean() }),
        fc.record({ kind: fc.constant("foreign" as const), version: fc.option(version) }),
      ),
    ),
    allowed: fc.boolean(),
    consented: fc.boolean(),
    installable: fc.boolean(),
  });

  test("nothing is written without permission, over a copy of somebody else or an edited one, or over a newer one", () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { action } = judge(given);
        if (action === "none") return;
        expect(given.allowed).toBe(true);
        expect(given.copy?.kind).not.toBe("foreign");
        if (action === "install") {
          expect(given.consented).toBe(true);
          expect(given.copy?.kind ?? "none").toBe("none");
        } else {
          expect(given.copy).toMatchObject({ kind: "ours", edited: false });
          expect(given.copy?.kind === "ours" && isNewer(given.bundled ?? "", given.copy.version)).toBe(true);
        }
      }),
    );
  });

  test("there is one state, which is not `unknown`", () => {
    fc.assert(fc.property(facts, (given) => judge(given).state !== "unknown"));
  });
});

test("each state is one sentence of what is and what to do, in both languages", () => {
  expect(Object.keys(COMPANION_STEPS)).toEqual(Object.keys(COMPANION_SENTENCES));
  const sentences = Object.values(COMPANION_SENTENCES).flatMap(({ en, de }) => [en, de]);
  expect(new Set(sentences).size).toBe(sentences.length);
  for (const sentence of sentences) expect(sentence).toMatch(/^[A-ZÄÖÜ][^.]+(\d\.\d[^.]*)*\.$/);
});

describe("versions", () => {
  test.each([
    ["1.0.1", "1.0.0", true],
    ["1.10.0", "1.9.9", true],
    ["v1.1.0", "1.1.0", false],
    ["1.1", "1.1.0", false],
    ["1.1.0", "1.1.0-beta.2", true],
    ["1.1.0-beta.10", "1.1.0-beta.2", true],
    ["1.1.0b1", "1.1.0", false],
    ["1.0.0", "nonsense", true],
    ["nonsense", "1.0.0", false],
    ["", "", false],
  ])("%s is newer than %s: %s", (a, b, expected) => {
    expect(isNewer(a, b)).toBe(expected);
    if (expected) expect(isNewer(b, a)).toBe(false);
  });

  test("a commit is none", () => {
    expect(["1.0.0", "v2.1", "1.0.0-rc.1"].every(isVersion)).toBe(true);
    expect(["1a2b3c4", "1234567", "", "main", "1.x"].some(isVersion)).toBe(false);
  });
});
