import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/logger.ts";
import { type HomeAssistantSession, openSession } from "../../src/homeassistant/home-assistant-session.ts";
import { Marketplace, REPOSITORY } from "../../src/homeassistant/installer/marketplace.ts";
import { isMarketplaceAnswer } from "../../src/homeassistant/installer/marketplace-answers.ts";
import { AddOn, type AddOnSnapshot } from "../peers/add-on.ts";
import { eventually } from "../peers/eventually.ts";
import { GitHub } from "../peers/github.ts";
import { HomeAssistant } from "../peers/home-assistant.ts";
import { cacheDirectory } from "../peers/paths.ts";
import { Pydevccu } from "../peers/pydevccu.ts";
import { CheckTable } from "./check-table.ts";
import { assembleAddOn, contentOf, DOMAIN } from "./packed-companion.ts";

const SOURCE = join(cacheDirectory, "venvs/ha/lib/python3.14/site-packages/homeassistant/components/marketplace/websocket");
const HEALTH = "sensor.ccu_system_health";
const LIMIT_MS = 60_000;
const NEVER = new AbortController().signal;
const Entries = z.array(z.object({ entry_id: z.string() }));

const table = new CheckTable();

/** Without internet, and with everything in the way that can be. */
describe("the real Marketplace answers, and is understood, when", () => {
  const peers = new AsyncDisposableStack();
  let homeAssistant: HomeAssistant;
  let session: HomeAssistantSession;
  let marketplace: Marketplace;

  const known = {
    obstacle: null,
    repository: { id: "4711", full_name: REPOSITORY, installed: false, can_install: true, available_version: "9.9.9" },
  };
  const obstacle = async (expected: string): Promise<void> => {
    await eventually({
      what: `the answer ${expected}`,
      timeoutMs: LIMIT_MS,
      ask: async () => ((await marketplace.look()).obstacle === expected ? true : undefined),
    });
    table.add(`Marketplace of the real Core: ${expected}`, "explained");
  };
  const setEntry = async (disabledBy: "user" | null): Promise<void> => {
    const [entry] = Entries.parse(await homeAssistant.call("config_entries/get", { domain: "marketplace" }));
    await homeAssistant.call("config_entries/disable", { entry_id: entry?.entry_id, disabled_by: disabledBy });
  };

  beforeAll(async () => {
    homeAssistant = peers.use(await HomeAssistant.start({ companion: false }));
    const { url, token } = homeAssistant;
    session = await openSession({ url, token, clock: systemClock, logger: silentLogger, signal: NEVER });
    peers.defer(() => session.close());
    marketplace = new Marketplace({ session, signal: NEVER, needed: "1.0.0" });
  });
  afterAll(() => peers.disposeAsync());

  test("the user has not accepted its warning", async () => {
    await obstacle("warning_not_accepted");
    expect(await marketplace.install(known)).toMatchObject({ kind: "refused", answer: "warning_not_accepted" });
    expect(await marketplace.install({ obstacle: null, repository: null })).toMatchObject({ answer: "warning_not_accepted" });
  });

  test("it does not list us and GitHub is not connected", async () => {
    // The user does that in Home Assistant; the add-on never does.
    await homeAssistant.call("marketplace/warning/accept");
    await obstacle("github_not_connected");
    expect(await marketplace.install({ obstacle: null, repository: null })).toMatchObject({ answer: "github_not_connected" });
  });

  test("it does not know the repository", async () => {
    expect(await marketplace.install(known)).toMatchObject({ kind: "refused", answer: "repository_not_found" });
    table.add("Marketplace of the real Core: repository_not_found", "explained");
  });

  test("it is switched off", async () => {
    await setEntry("user");
    await obstacle("not_loaded");
    expect(await marketplace.install(known)).toMatchObject({ kind: "refused", answer: "not_loaded" });
    await setEntry(null);
  });

  test("whichever code its source has: each one is in our table", async () => {
    const files = await Promise.all(
      ["decorators", "repositories", "repository"].map((name) => readFile(join(SOURCE, `${name}.py`), "utf8")),
    );
    const [decorators = "", repositories = "", repository = ""] = files;
    const handlers = [
      decorators,
      handlerOf(repositories, "marketplace_repositories_list"),
      handlerOf(repositories, "marketplace_repositories_add"),
      handlerOf(repository, "marketplace_repository_install"),
      repository.slice(0, repository.indexOf("@websocket_api")),
    ];
    const constants = new Map([...decorators.matchAll(/^(ERR_\w+) = "(\w+)"/gm)].map(([, name = "", code = ""]) => [name, code]));
    constants.set("ERR_INVALID_FORMAT", "invalid_format");
    const codes = handlers.flatMap((source) => [
      ...[...source.matchAll(/send_(?:translated|marketplace)_error\(\s*connection,\s*msg(?:_id|\["id"\]),\s*"(\w+)"/g)].map(
        ([, code = ""]) => code,
      ),
      ...[...source.matchAll(/\b(ERR_\w+)/g)].map(([, name = ""]) => constants.get(name) ?? name),
    ]);
    expect(new Set(codes).size).toBeGreaterThan(10);
    expect([...new Set(codes)].filter((code) => !isMarketplaceAnswer(code))).toEqual([]);
    table.add("codes in the source of the real Core's Marketplace", `${new Set(codes).size}, all explained`);
  });
});

/** With a stand-in for GitHub and for the catalog: everything between the add-on's click and the sensors is real. */
describe("the integration from the Marketplace", () => {
  const peers = new AsyncDisposableStack();
  let github: GitHub;
  let homeAssistant: HomeAssistant;
  let addOn: AddOn;

  const reach = (state: string): Promise<NonNullable<AddOnSnapshot["companion"]>> =>
    eventually({
      what: `state ${state}`,
      timeoutMs: LIMIT_MS,
      ask: async () => {
        const { companion } = await addOn.snapshot();
        return companion?.state === state ? companion : undefined;
      },
    });
  const click = async (): Promise<void> => {
    const [, token] =
      /action="install-integration"><input type="hidden" name="token" value="([^"]+)"/.exec(await (await fetch(addOn.url)).text()) ?? [];
    const body = new URLSearchParams({ token: token ?? "" });
    expect((await fetch(new URL("install-integration", addOn.url), { method: "POST", body })).status).toBe(200);
  };

  beforeAll(async () => {
    const { main } = await assembleAddOn();
    github = peers.use(await GitHub.start());
    homeAssistant = peers.use(await HomeAssistant.prepare({ companion: false, extraYaml: "local_github:\n" }));
    await github.connect(homeAssistant.configDirectory);
    await homeAssistant.start();
    const ccu = peers.use(await Pydevccu.start());
    addOn = peers.use(
      await AddOn.start(
        {
          ccus: [{ host: "127.0.0.1", interfaces: [{ name: "BidCos-RF", port: ccu.port }] }],
          home_assistant: { url: homeAssistant.url, token: homeAssistant.token },
        },
        { main },
      ),
    );
  });
  afterAll(() => peers.disposeAsync());

  test("is not installed before the user has read the warning, which the page says", async () => {
    const { hint, canInstall } = await reach("absent");
    expect(hint?.en).toContain("read the warning");
    expect(canInstall).toBe(false);
    await homeAssistant.call("marketplace/warning/accept");
    await table.time("warning accepted by the user -> offered", () => reach("offered"));
  });

  test("whose download fails is explained, and nothing is left behind", async () => {
    github.archiveAvailable = false;
    await click();
    const { hint, canInstall } = await reach("failed");
    expect(hint?.en).toMatch(/could not install Homematic Vitals.* It says: .+/);
    expect(canInstall).toBe(true);
    await expect(access(join(homeAssistant.configDirectory, "custom_components", DOMAIN))).rejects.toMatchObject({ code: "ENOENT" });
    table.add("download fails -> explained", hint?.en.split("It says: ")[1] ?? "");
  });

  test("needs no restart until the sensors exist", async () => {
    github.archiveAvailable = true;
    await table.time("click -> installed by the Marketplace, ready to be confirmed", async () => {
      await click();
      expect(await reach("not_added")).toMatchObject({ step: 3, versions: { installed: github.version } });
    });
    expect([...(await contentOf(join(homeAssistant.configDirectory, "custom_components", DOMAIN))).keys()]).toContain("manifest.json");
    await homeAssistant.addConfigEntry(DOMAIN);
    await homeAssistant.waitForState(HEALTH, ({ state }) => Number.parseFloat(state) >= 0, LIMIT_MS);
    expect(await reach("running")).toMatchObject({ step: 4 });
    table.add("sensors exist without a restart", "yes");
  });
});

/** The source of one command, up to the next. */
function handlerOf(source: string, name: string): string {
  const start = source.indexOf(`async def ${name}(`);
  if (start === -1) throw new Error(`${name} is not in the source of the Marketplace`);
  const end = source.indexOf("@websocket_api.websocket_command", start);
  return source.slice(start, end === -1 ? undefined : end);
}
