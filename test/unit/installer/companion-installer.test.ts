import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { HomematicError } from "../../../src/base/errors.ts";
import { CompanionCopy } from "../../../src/homeassistant/installer/companion-copy.ts";
import { nodeFileSystem } from "../../../src/homeassistant/installer/file-system.ts";
import { MARKER } from "../../../src/homeassistant/installer/installed-copy.ts";
import { FakeMarketplace } from "../../support/fake-marketplace.ts";
import { contentOf, DOMAIN, filesOf, type Workshop, writeFiles } from "./bundles.ts";
import { Rig } from "./rig.ts";

/** A copy that an add-on of this version has installed. */
const ours =
  (version: string) =>
  async (workshop: Workshop): Promise<void> =>
    new CompanionCopy({ configFolder: workshop.config, bundle: await workshop.bundle(version), fs: nodeFileSystem }).install();

const by =
  (version: string) =>
  (workshop: Workshop): Promise<void> =>
    writeFiles(workshop.target, filesOf(version));

async function onDisk({ core }: Rig): Promise<Readonly<Record<string, string>>> {
  const { [MARKER]: _, ...files } = await contentOf(core.workshop.target);
  return files;
}

describe("the first installation", () => {
  test("is offered, done on the user's click, and led through restart and confirmation to the end", async () => {
    const announced: Readonly<Record<string, string>>[] = [];
    await using rig = await Rig.start({ announce: async (config) => void announced.push(config) });
    const { installer, core } = rig;
    await rig.reach("offered");
    expect(installer.status()).toMatchObject({ step: 1, canInstall: true, hint: null, versions: { bundled: "1.1.0", installed: null } });
    await rig.nextLook();
    await expect(contentOf(core.workshop.target)).rejects.toMatchObject({ code: "ENOENT" });

    installer.accept();
    await rig.reach("restart_pending");
    expect(installer.status()).toMatchObject({ step: 2, canInstall: false, versions: { installed: "1.1.0", running: null } });
    expect(await onDisk(rig)).toEqual(filesOf("1.1.0"));
    expect(core.notices.at(-1)).toEqual(["create", expect.stringContaining("Restart Home Assistant")]);
    expect(announced).toEqual([]);
    expect(core.home.received.filter(({ domain }) => domain === "homeassistant")).toEqual([]);

    await core.restart();
    await rig.nextSession();
    await rig.reach("not_added");
    expect(installer.status()).toMatchObject({ step: 3 });
    expect(core.notices.at(-1)).toEqual(["dismiss", null]);
    expect(announced).toMatchObject([{ instance_id: "instance-1" }]);

    core.add();
    await rig.reach("running");
    expect(installer.status()).toMatchObject({ step: 4, hint: null, versions: { installed: "1.1.0", running: "1.1.0" } });
    expect(rig.consent.given).toBe(false);
  });

  test("is told in the log once for each change, with what to do", async () => {
    await using rig = await Rig.start();
    await rig.reach("offered");
    for (let look = 0; look < 3; look += 1) await rig.nextLook();
    const told = rig.lines.filter((line) => line.includes("integration: "));
    expect(told).toEqual(["info integration: The integration is not installed in Home Assistant: choose Install on the page of the app."]);
  });

  test("goes on after a restart of the add-on in between", async () => {
    await using rig = await Rig.start({ consented: true });
    await rig.reach("restart_pending");
    expect(await onDisk(rig)).toEqual(filesOf("1.1.0"));
  });

  test("is not done again after the user has deleted the folder, but offered", async () => {
    await using rig = await Rig.start({ consented: true });
    await rig.reach("restart_pending");
    await rm(rig.core.workshop.target, { recursive: true });
    await rig.nextLook();
    await rig.reach("offered");
    await rig.nextLook();
    expect(rig.state).toBe("offered");
  });

  test("is only guided where the option is off, whoever clicks", async () => {
    await using rig = await Rig.start({ allowed: false, consented: true });
    await rig.reach("absent");
    expect(rig.installer.status()).toMatchObject({
      step: 1,
      canInstall: false,
      hint: { en: expect.stringContaining("install_integration") },
    });
    rig.installer.accept();
    await rig.nextLook();
    await expect(contentOf(rig.core.workshop.target)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("is only guided where neither the folder nor a Marketplace is within reach", async () => {
    await using rig = await Rig.start({ mounted: false });
    await rig.reach("absent");
    expect(rig.installer.status()).toMatchObject({ step: 1, canInstall: false, hint: null });
  });

  test("waits while Home Assistant starts", async () => {
    await using rig = await Rig.start({
      consented: true,
      prepare: (_workshop, home) => {
        home.state = "STARTING";
      },
    });
    await rig.core.home.command("get_config");
    expect(rig.state).toBe("unknown");
    rig.core.home.state = "RUNNING";
    await rig.nextLook();
    await rig.reach("restart_pending");
  });

  test("speaks the language of Home Assistant in its notification", async () => {
    await using rig = await Rig.start();
    await rig.reach("offered");
    rig.core.language = "de-CH";
    rig.installer.accept();
    await rig.reach("restart_pending");
    expect(rig.core.notices.at(-1)).toEqual(["create", expect.stringContaining("Starten Sie Home Assistant neu")]);
  });
});

describe("whoever publishes over MQTT", () => {
  test("is not told to install, restart or add the integration, which is observed all the same", async () => {
    const announced: Readonly<Record<string, string>>[] = [];
    await using rig = await Rig.start({ needed: false, announce: async (config) => void announced.push(config) });
    await rig.reach("offered");
    rig.installer.accept();
    await rig.reach("restart_pending");
    await rig.nextLook();
    await rig.core.restart();
    await rig.nextSession();
    await rig.reach("not_added");
    await rig.nextLook();
    expect(rig.lines.filter((line) => line.includes("integration: "))).toEqual([]);
    expect(rig.core.notices.filter(([service]) => service === "create")).toEqual([]);
    expect(announced).toEqual([]);
  });
});

describe("a failing installation", () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });

  test("says why, tries again later and on a click, and does not fill the log", async () => {
    let broken = true;
    const fs = {
      ...nodeFileSystem,
      writeNew: (file: string, content: Buffer) => (broken ? Promise.reject(full) : nodeFileSystem.writeNew(file, content)),
    };
    await using rig = await Rig.start({ fs, consented: true });
    await rig.reach("failed");
    const { message, hint, canInstall, step } = rig.installer.status();
    expect([message.en, hint?.en]).toEqual([
      expect.stringContaining("could not be installed"),
      expect.stringContaining("disk of Home Assistant is full"),
    ]);
    expect([canInstall, step]).toEqual([true, 1]);
    for (let look = 0; look < 3; look += 1) await rig.nextLook();
    expect(rig.lines.filter((line) => line.startsWith("warn") && line.includes("full"))).toHaveLength(2);

    broken = false;
    await rig.nextLook();
    expect(rig.state).toBe("failed");
    rig.installer.accept();
    await rig.reach("restart_pending");
  });

  test("is tried again by itself after a while", async () => {
    let broken = true;
    const fs = {
      ...nodeFileSystem,
      createFolder: (folder: string) => (broken ? Promise.reject(full) : nodeFileSystem.createFolder(folder)),
    };
    await using rig = await Rig.start({ fs, consented: true });
    await rig.reach("failed");
    broken = false;
    for (let look = 0; look < 29; look += 1) await rig.nextLook();
    expect(rig.state).toBe("failed");
    for (let look = 29; look < 31; look += 1) await rig.nextLook();
    expect(rig.state).toBe("restart_pending");
  });

  test("is named where custom_components is a link", async () => {
    await using rig = await Rig.start({
      prepare: async ({ root, config }) => {
        await rm(join(config, "custom_components"), { recursive: true });
        await mkdir(join(root, "elsewhere"));
        await symlink(join(root, "elsewhere"), join(config, "custom_components"));
      },
    });
    await rig.reach("failed");
    expect(rig.installer.status().hint?.en).toContain("not a plain folder");
  });
});

describe("an update", () => {
  test("of a copy of ours follows by itself and asks for the restart", async () => {
    await using rig = await Rig.start({
      prepare: ours("1.0.0"),
    });
    rig.core.entry = "loaded";
    await rig.reach("update_restart_pending");
    expect(await onDisk(rig)).toEqual(filesOf("1.1.0"));
    expect(rig.core.notices.at(-1)).toEqual(["create", expect.stringContaining("another version")]);
    await rig.core.restart();
    await rig.nextSession();
    await rig.reach("running");
    expect(rig.installer.status().versions).toEqual({ bundled: "1.1.0", installed: "1.1.0", running: "1.1.0" });
    expect(rig.core.notices.at(-1)).toEqual(["dismiss", null]);
  });

  test("leaves it to the companion to ask for the restart where that does", async () => {
    await using rig = await Rig.start({
      prepare: async (workshop, home) => {
        await ours("1.1.0")(workshop);
        home.commands.set("manifest/get", () => ({ version: "1.0.0" }));
        home.commands.set(`${DOMAIN}/hello`, () => ({ integration_version: "1.0.0", installed_version: "1.1.0", entry_state: "loaded" }));
      },
    });
    rig.core.home.commands.set(`${DOMAIN}/hello`, () => ({
      integration_version: "1.0.0",
      installed_version: "1.1.0",
      entry_state: "loaded",
    }));
    await rig.reach("update_restart_pending");
    expect(rig.core.notices.map(([service]) => service)).toEqual(["dismiss"]);
  });

  test.each<[string, Parameters<typeof Rig.start>[0], string]>([
    ["is not done where the option is off", { prepare: ours("1.0.0"), allowed: false }, "update_available"],
    ["is not done of a copy that HACS installed", { prepare: by("1.0.0") }, "foreign"],
    [
      "is not done of a copy that the user has edited",
      {
        prepare: async (workshop) => {
          await ours("1.0.0")(workshop);
          await writeFiles(workshop.target, { "sensor.py": "# mine" });
        },
      },
      "edited",
    ],
    ["is never a downgrade", { prepare: ours("2.0.0") }, "running"],
  ])("%s", async (_name, given, state) => {
    await using rig = await Rig.start({ ...given, consented: true });
    const before = await contentOf(rig.core.workshop.target);
    rig.core.entry = "loaded";
    for (let look = 0; look < 3; look += 1) await rig.nextLook();
    expect(rig.state).toBe(state);
    expect(await contentOf(rig.core.workshop.target)).toEqual(before);
  });
});

describe("with a Marketplace", () => {
  const withShop =
    (prepare: (shop: FakeMarketplace) => void) =>
    (_workshop: Workshop, home: Parameters<typeof FakeMarketplace.open>[0]): void =>
      prepare(FakeMarketplace.open(home));
  test("that would do it, the installation needs neither the folder nor a restart", async () => {
    let shop: FakeMarketplace | undefined;
    await using rig = await Rig.start({
      mounted: false,
      prepare: withShop((opened) => {
        shop = opened;
        opened.available_version = "1.1.0";
        opened.list();
        // Home Assistant knows what its Marketplace installs without a restart.
        opened.onInstalled = () => {
          rig.core.loadable = "1.1.0";
        };
      }),
    });
    await rig.reach("offered");
    expect(shop?.repositories.at(-1)?.installed).toBe(false);
    rig.installer.accept();
    await rig.reach("not_added");
    expect(shop?.repositories.at(-1)?.installed).toBe(true);
  });

  test("whose warning the user has not accepted, the advice says where", async () => {
    await using rig = await Rig.start({
      mounted: false,
      prepare: withShop((shop) => {
        shop.warningAccepted = false;
      }),
    });
    await rig.reach("absent");
    expect(rig.installer.status()).toMatchObject({ canInstall: false, hint: { en: expect.stringContaining("read the warning") } });
  });

  test("whose download fails, the files are copied instead", async () => {
    await using rig = await Rig.start({
      consented: true,
      prepare: withShop((shop) => {
        shop.available_version = "1.1.0";
        shop.list();
        shop.failNext.set("install", ["error", "Could not download the archive of homematic-vitals/homematic-vitals."]);
      }),
    });
    await rig.reach("restart_pending");
    expect(await onDisk(rig)).toEqual(filesOf("1.1.0"));
    expect(rig.lines.some((line) => line.startsWith("warn") && line.includes("Could not download the archive"))).toBe(true);
  });

  test("that fails after it has written its files, they stay", async () => {
    await using rig = await Rig.start({
      consented: true,
      prepare: (workshop, home) => {
        const shop = FakeMarketplace.open(home);
        shop.available_version = "1.1.0";
        shop.list();
        const install = home.commands.get("marketplace/repository/install");
        home.commands.set("marketplace/repository/install", (command, peer) => {
          shop.failNext.set("install", ["error", "Installed, but a step after writing the files failed: no"]);
          writtenByShop = by("1.1.0")(workshop);
          return install?.(command, peer);
        });
      },
    });
    let writtenByShop: Promise<void> = Promise.resolve();
    await rig.reach("restart_pending");
    await writtenByShop;
    expect(await contentOf(rig.core.workshop.target)).toEqual(filesOf("1.1.0"));
  });

  test("that is busy, nothing is copied meanwhile", async () => {
    let shop: FakeMarketplace | undefined;
    await using rig = await Rig.start({
      consented: true,
      prepare: withShop((opened) => {
        shop = opened;
        opened.available_version = "1.1.0";
        opened.list();
        opened.failNext.set("install", ["repository_busy", "is being installed"]);
      }),
    });
    await rig.reach("failed");
    expect(rig.installer.status().hint?.en).toContain("at this moment");
    await expect(contentOf(rig.core.workshop.target)).rejects.toMatchObject({ code: "ENOENT" });
    expect(shop?.repositories.at(-1)?.installed).toBe(false);
  });
});

describe("the announcement", () => {
  test("differs each time, and is made once for each start of Home Assistant", async () => {
    const announced: Readonly<Record<string, string>>[] = [];
    await using rig = await Rig.start({ prepare: ours("1.1.0"), announce: async (config) => void announced.push(config) });
    await rig.reach("not_added");
    for (let look = 0; look < 3; look += 1) await rig.nextLook();
    expect(announced).toHaveLength(1);
    await rig.core.restart();
    await rig.nextSession();
    await rig.reach("not_added");
    expect(announced).toHaveLength(2);
    expect(announced[0]).not.toEqual(announced[1]);
  });

  test("is made anew after the user has removed the entry", async () => {
    const announced: object[] = [];
    await using rig = await Rig.start({ prepare: ours("1.1.0"), announce: async (config) => void announced.push(config) });
    await rig.reach("not_added");
    rig.core.add();
    await rig.reach("running");
    rig.core.entry = "not_configured";
    await rig.nextLook();
    await rig.reach("not_added");
    expect(announced).toHaveLength(2);
  });

  test.each<[number | undefined, RegExp, RegExp]>([
    [401, /refuses the app's token/, /lehnt den Token/],
    [403, /does not let the app announce/, /lässt die App/],
    [400, /at present/, /gerade nicht/],
    [undefined, /at present/, /gerade nicht/],
  ])("that the Supervisor answers with %s is explained with the other way, and tried again", async (status, en, de) => {
    const refused = new HomematicError({ code: "SUPERVISOR_FAILED", context: status === undefined ? {} : { status } });
    let fail = true;
    await using rig = await Rig.start({ prepare: ours("1.1.0"), announce: () => (fail ? Promise.reject(refused) : Promise.resolve()) });
    await rig.reach("not_added");
    const { hint } = rig.installer.status();
    expect(hint?.en).toMatch(en);
    expect(hint?.de).toMatch(de);
    fail = false;
    await rig.nextLook();
    await rig.nextLook();
    expect(rig.installer.status()).toMatchObject({ state: "not_added", hint: null });
  });
});

test("an answer that cannot be understood harms nothing else", async () => {
  await using rig = await Rig.start();
  await rig.reach("offered");
  rig.core.home.commands.set("get_config", () => "what");
  await rig.nextLook();
  await rig.reach("unknown");
  expect(rig.installer.status().step).toBe(1);
});
