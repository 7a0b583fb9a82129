import { mkdir, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isHomematicError } from "../../../src/base/errors.ts";
import type { CompanionBundle } from "../../../src/homeassistant/installer/companion-bundle.ts";
import { CompanionCopy } from "../../../src/homeassistant/installer/companion-copy.ts";
import { explainCopyFailure } from "../../../src/homeassistant/installer/copy-problems.ts";
import { type FileSystem, nodeFileSystem } from "../../../src/homeassistant/installer/file-system.ts";
import { MARKER } from "../../../src/homeassistant/installer/installed-copy.ts";
import { contentOf, DOMAIN, filesOf, Workshop, writeFiles } from "./bundles.ts";

const copyOf = (workshop: Workshop, bundle: CompanionBundle, fs: FileSystem = nodeFileSystem): CompanionCopy =>
  new CompanionCopy({ configFolder: workshop.config, bundle, fs });

async function installed(workshop: Workshop, version: string): Promise<void> {
  await copyOf(workshop, await workshop.bundle(version)).install();
}

/** The integration on the disk without the marker. */
async function present(workshop: Workshop): Promise<Readonly<Record<string, string>>> {
  const { [MARKER]: _, ...files } = await contentOf(workshop.target);
  return files;
}

/** Nothing but the integration has changed in Home Assistant's configuration. */
async function expectTidy(workshop: Workshop): Promise<void> {
  expect((await readdir(workshop.config)).toSorted()).toEqual(["custom_components", "secrets.yaml"]);
  expect(await readdir(join(workshop.config, "custom_components"))).toEqual([DOMAIN]);
}

type Step = keyof FileSystem;
const WRITING: readonly Step[] = ["createFolder", "writeNew", "flush", "rename", "remove"];

/** A file system whose n-th writing step fails; after a crash all later ones do too. `remove` may have removed a part. */
function failing({ at, crash = false, error = new Error("broken") }: { at: number; crash?: boolean; error?: Error }): {
  fs: FileSystem;
  steps: () => number;
} {
  let count = 0;
  const guard =
    <Args extends readonly unknown[]>(step: (...args: Args) => Promise<void>) =>
    async (...args: Args): Promise<void> => {
      count += 1;
      if (count === at || (crash && count > at)) throw error;
      await step(...args);
    };
  const { createFolder, writeNew, flush, rename, remove } = nodeFileSystem;
  const guarded = {
    createFolder: guard(createFolder),
    writeNew: guard(writeNew),
    flush: guard(flush),
    rename: guard(rename),
    remove: guard(remove),
  };
  return { fs: { ...nodeFileSystem, ...guarded }, steps: () => count };
}

async function countSteps(update: boolean): Promise<number> {
  await using workshop = await Workshop.open();
  if (update) await installed(workshop, "1.0.0");
  const { fs, steps } = failing({ at: 0 });
  await copyOf(workshop, await workshop.bundle("2.0.0"), fs).install();
  return steps();
}

const FIRST_INSTALLATION = await countSteps(false);
const UPDATE = await countSteps(true);

function everyStep(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

describe("copying the integration", () => {
  test("puts every file in place, with the marker, and leaves nothing else behind", async () => {
    await using workshop = await Workshop.open();
    const copy = copyOf(workshop, await workshop.bundle("1.0.0"));
    expect(await copy.look()).toEqual({ kind: "none" });
    await copy.install();
    expect(await present(workshop)).toEqual(filesOf("1.0.0"));
    expect(await copy.look()).toEqual({ kind: "ours", version: "1.0.0", edited: false });
    await expectTidy(workshop);
  });

  test("makes custom_components where there is none yet", async () => {
    await using workshop = await Workshop.open({ customComponents: false });
    await installed(workshop, "1.0.0");
    await expectTidy(workshop);
  });

  test("replaces an older copy of ours as a whole, the caches of Python included", async () => {
    await using workshop = await Workshop.open();
    await installed(workshop, "1.0.0");
    await writeFiles(workshop.target, { "__pycache__/sensor.cpython-314.pyc": "old code", "translations/__pycache__/x.pyc": "old" });
    await installed(workshop, "1.1.0");
    expect(await present(workshop)).toEqual(filesOf("1.1.0"));
    await expectTidy(workshop);
  });

  test("takes at least ten steps that can fail", () => {
    expect(FIRST_INSTALLATION).toBeGreaterThan(10);
    expect(UPDATE).toBe(FIRST_INSTALLATION + 1);
  });
});

describe("a copy that is not to be replaced", () => {
  test.each<[string, (workshop: Workshop) => Promise<void>, object]>([
    ["one of HACS", (workshop) => writeFiles(workshop.target, filesOf("0.9.0")), { kind: "foreign", version: "0.9.0" }],
    ["a folder without a manifest", (workshop) => writeFiles(workshop.target, { "notes.txt": "mine" }), { kind: "foreign", version: null }],
    ["an empty folder", (workshop) => mkdir(workshop.target).then(() => {}), { kind: "foreign", version: null }],
    [
      "one with a broken manifest and a broken marker",
      (workshop) => writeFiles(workshop.target, { "manifest.json": "{", [MARKER]: "[]" }),
      { kind: "foreign", version: null },
    ],
    ["a newer one of ours", (workshop) => installed(workshop, "2.0.0"), { kind: "ours", version: "2.0.0", edited: false }],
    ["the same one of ours", (workshop) => installed(workshop, "1.0.0"), { kind: "ours", version: "1.0.0", edited: false }],
    ["an older one with a changed file", edited({ "__init__.py": "# mine\n" }), { kind: "ours", version: "0.9.0", edited: true }],
    ["an older one with a further file", edited({ "extra.py": "" }), { kind: "ours", version: "0.9.0", edited: true }],
  ])("%s stays byte for byte", async (_name, prepare, expected) => {
    await using workshop = await Workshop.open();
    await prepare(workshop);
    const before = await contentOf(workshop.target);
    const copy = copyOf(workshop, await workshop.bundle("1.0.0"));
    expect(await copy.look()).toEqual(expected);
    await expect(copy.install()).rejects.toMatchObject({ code: "COMPANION_COPY_FAILED", context: { reason: "changed" } });
    expect(await contentOf(workshop.target)).toEqual(before);
    await expectTidy(workshop);
  });

  test("an older one with a missing file stays", async () => {
    await using workshop = await Workshop.open();
    await installed(workshop, "0.9.0");
    await rm(join(workshop.target, "brand/icon.png"));
    expect(await copyOf(workshop, await workshop.bundle("1.0.0")).look()).toEqual({ kind: "ours", version: "0.9.0", edited: true });
  });

  test("a link in its place stays, and so does what it leads to", async () => {
    await using workshop = await Workshop.open();
    const elsewhere = join(workshop.root, "elsewhere");
    await writeFiles(elsewhere, filesOf("0.9.0"));
    await symlink(elsewhere, workshop.target);
    const copy = copyOf(workshop, await workshop.bundle("1.0.0"));
    expect(await copy.look()).toEqual({ kind: "foreign", version: null });
    await expect(copy.install()).rejects.toMatchObject({ context: { reason: "changed" } });
    expect(await contentOf(elsewhere)).toEqual(filesOf("0.9.0"));
  });

  test("a link inside an older one counts as a change", async () => {
    await using workshop = await Workshop.open();
    await installed(workshop, "0.9.0");
    await rm(join(workshop.target, "__init__.py"));
    await symlink(join(workshop.config, "secrets.yaml"), join(workshop.target, "__init__.py"));
    expect(await copyOf(workshop, await workshop.bundle("1.0.0")).look()).toEqual({ kind: "ours", version: "0.9.0", edited: true });
  });

  function edited(files: Readonly<Record<string, string>>): (workshop: Workshop) => Promise<void> {
    return async (workshop) => {
      await installed(workshop, "0.9.0");
      await writeFiles(workshop.target, files);
    };
  }
});

describe("when something fails", () => {
  /** What may lie there afterwards: the old copy as a whole, or the new one. */
  async function expectWhole(workshop: Workshop, update: boolean): Promise<string> {
    const copy = copyOf(workshop, await workshop.bundle("2.0.0"));
    const found = await copy.look();
    if (found.kind === "none") {
      expect(update).toBe(false);
      return "none";
    }
    expect(found).toMatchObject({ kind: "ours", edited: false });
    const version = found.kind === "ours" ? found.version : "";
    expect(await present(workshop)).toEqual(filesOf(version));
    return version;
  }

  test.each(everyStep(FIRST_INSTALLATION))(
    "at step %i of a first installation, nothing or all is there, and the next one succeeds",
    async (at) => {
      for (const crash of [false, true]) {
        await using workshop = await Workshop.open();
        await copyOf(workshop, await workshop.bundle("2.0.0"), failing({ at, crash }).fs)
          .install()
          .catch((error: unknown) => expect(error).toMatchObject({ code: "COMPANION_COPY_FAILED" }));
        if ((await expectWhole(workshop, false)) === "none") await installed(workshop, "2.0.0");
        expect(await present(workshop)).toEqual(filesOf("2.0.0"));
        await expectTidy(workshop);
      }
    },
  );

  test.each(everyStep(UPDATE))(
    "at step %i of an update, the old or the new copy is there as a whole, and the next one succeeds",
    async (at) => {
      for (const crash of [false, true]) {
        await using workshop = await Workshop.open();
        await installed(workshop, "1.0.0");
        let failed = false;
        await copyOf(workshop, await workshop.bundle("2.0.0"), failing({ at, crash }).fs)
          .install()
          .catch(() => {
            failed = true;
          });
        // A single failure is put right at once, without a further look.
        if (!crash) expect(await present(workshop)).toEqual(filesOf(failed ? "1.0.0" : "2.0.0"));
        if ((await expectWhole(workshop, true)) === "1.0.0") await installed(workshop, "2.0.0");
        expect(await present(workshop)).toEqual(filesOf("2.0.0"));
        await expectTidy(workshop);
      }
    },
  );

  test("a copy is not brought back after the user has deleted it", async () => {
    await using workshop = await Workshop.open();
    await installed(workshop, "1.0.0");
    // The last step is to remove what the update has left over.
    await copyOf(workshop, await workshop.bundle("2.0.0"), failing({ at: UPDATE, crash: true }).fs).install();
    await copyOf(workshop, await workshop.bundle("2.0.0")).look();
    await rm(workshop.target, { recursive: true });
    expect(await copyOf(workshop, await workshop.bundle("2.0.0")).look()).toEqual({ kind: "none" });
  });

  test("a copy that was not removed completely is not put back", async () => {
    await using workshop = await Workshop.open();
    await installed(workshop, "1.0.0");
    await copyOf(workshop, await workshop.bundle("2.0.0"), failing({ at: UPDATE, crash: true }).fs).install();
    await rm(join(workshop.config, `.${DOMAIN}`, "previous", "manifest.json"));
    await rm(workshop.target, { recursive: true });
    expect(await copyOf(workshop, await workshop.bundle("2.0.0")).look()).toEqual({ kind: "none" });
  });

  test.each([
    ["ENOSPC", "full", /disk of Home Assistant is full/, /Speicher von Home Assistant ist voll/],
    ["EDQUOT", "full", /full/, /voll/],
    ["EROFS", "unwritable", /may not write/, /darf nicht/],
    ["EACCES", "unwritable", /may not write/, /darf nicht/],
    ["EXDEV", "otherDisk", /another disk/, /anderen Speicher/],
    ["EIO", "other", /could not be written/, /konnte nicht geschrieben werden/],
  ])("%s is named with what to do, in both languages", async (code, reason, en, de) => {
    await using workshop = await Workshop.open();
    const error = Object.assign(new Error(`${code}: no`), { code });
    const failure = await copyOf(workshop, await workshop.bundle("1.0.0"), failing({ at: 3, crash: true, error }).fs)
      .install()
      .catch((thrown: unknown) => thrown);
    if (!isHomematicError(failure, "COMPANION_COPY_FAILED")) expect.fail(`it did not fail as expected: ${failure}`);
    expect(failure).toMatchObject({ context: { reason }, message: expect.stringContaining(`${code}: no`) });
    const text = explainCopyFailure(failure);
    expect(text.en).toMatch(en);
    expect(text.de).toMatch(de);
  });

  test("custom_components that is a link is refused", async () => {
    await using workshop = await Workshop.open({ customComponents: false });
    await mkdir(join(workshop.root, "elsewhere"));
    await symlink(join(workshop.root, "elsewhere"), join(workshop.config, "custom_components"));
    const copy = copyOf(workshop, await workshop.bundle("1.0.0"));
    await expect(copy.look()).rejects.toMatchObject({ context: { reason: "link" } });
    await expect(copy.install()).rejects.toMatchObject({ context: { reason: "link" } });
    expect(await readdir(join(workshop.root, "elsewhere"))).toEqual([]);
  });

  test("a link in place of the folder for new copies is refused, and nothing behind it is touched", async () => {
    await using workshop = await Workshop.open();
    await mkdir(join(workshop.root, "elsewhere", "next"), { recursive: true });
    await symlink(join(workshop.root, "elsewhere"), join(workshop.config, `.${DOMAIN}`));
    await expect(copyOf(workshop, await workshop.bundle("1.0.0")).install()).rejects.toMatchObject({ context: { reason: "link" } });
    expect(await readdir(join(workshop.root, "elsewhere"))).toEqual(["next"]);
  });

  test("somebody who installs at the same time wins", async () => {
    await using workshop = await Workshop.open();
    const intruding: FileSystem = {
      ...nodeFileSystem,
      async flush(folder) {
        await writeFiles(workshop.target, filesOf("0.5.0"));
        await nodeFileSystem.flush(folder);
      },
    };
    await expect(copyOf(workshop, await workshop.bundle("1.0.0"), intruding).install()).rejects.toMatchObject({
      context: { reason: "changed" },
    });
    expect(await present(workshop)).toEqual(filesOf("0.5.0"));
  });

  test("a damaged bundle installs nothing", async () => {
    await using workshop = await Workshop.open();
    const bundle = await workshop.bundle("1.0.0");
    await writeFile(join(workshop.root, "companion-1.0.0", DOMAIN, "__init__.py"), "other");
    await expect(copyOf(workshop, bundle).install()).rejects.toMatchObject({ context: { reason: "damaged" } });
    expect(await readdir(join(workshop.config, "custom_components"))).toEqual([]);
  });
});

test("all steps that write are among those that the tests let fail", () => {
  const reading: readonly Step[] = ["kindOf", "list", "read"];
  expect(Object.keys(nodeFileSystem).toSorted()).toEqual([...reading, ...WRITING].toSorted());
});

test("files and folders are readable for Home Assistant, whoever it runs as", async () => {
  await using workshop = await Workshop.open();
  await installed(workshop, "1.0.0");
  expect((await stat(join(workshop.target, "manifest.json"))).mode & 0o777).toBe(0o644);
  expect((await stat(workshop.target)).mode & 0o777).toBe(0o755);
});
