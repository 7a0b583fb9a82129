import { describe, expect, test } from "vitest";
import { silentLogger } from "../../../src/base/logger.ts";
import { openSession } from "../../../src/homeassistant/home-assistant-session.ts";
import { Marketplace, type MarketplaceOutcome, REPOSITORY } from "../../../src/homeassistant/installer/marketplace.ts";
import { isMarketplaceAnswer, MARKETPLACE_ANSWERS } from "../../../src/homeassistant/installer/marketplace-answers.ts";
import { FakeHomeAssistant, Refusal, SILENCE } from "../../support/fake-home-assistant.ts";
import { FakeMarketplace } from "../../support/fake-marketplace.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const NEVER = new AbortController().signal;

interface Stall extends AsyncDisposable {
  readonly home: FakeHomeAssistant;
  readonly shop: FakeMarketplace;
  readonly marketplace: Marketplace;
  /** Looks, and installs what it finds. */
  order(): Promise<MarketplaceOutcome>;
}

async function stall({ withShop = true }: { withShop?: boolean } = {}): Promise<Stall> {
  await using resources = new AsyncDisposableStack();
  const home = resources.use(await FakeHomeAssistant.start());
  const shop = withShop ? FakeMarketplace.open(home) : new FakeMarketplace();
  const session = await openSession({ ...home.target, clock: new ManualClock(), logger: silentLogger, signal: NEVER });
  resources.defer(() => session.close());
  const marketplace = new Marketplace({ session, signal: NEVER, needed: "1.0.0" });
  const kept = resources.move();
  return {
    home,
    shop,
    marketplace,
    order: async () => marketplace.install(await marketplace.look()),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

describe("the Marketplace", () => {
  test("installs what its catalog lists, in the version it names", async () => {
    await using at = await stall();
    at.shop.list({ full_name: "Homematic-Vitals/homematic-vitals" });
    expect(await at.order()).toEqual({ kind: "installed", version: "1.0.0" });
    expect(at.home.received.at(-1)).toMatchObject({ type: "marketplace/repository/install", repository: "4711", version: "1.0.0" });
    expect(at.home.count("marketplace/repositories/add")).toBe(0);
  });

  test("installs a newer version than the add-on brings along", async () => {
    await using at = await stall();
    at.shop.list({ available_version: "v1.4.0" });
    expect(await at.order()).toEqual({ kind: "installed", version: "v1.4.0" });
  });

  test("adds what it does not list first, where GitHub is connected", async () => {
    await using at = await stall();
    at.shop.githubConnected = true;
    expect(await at.order()).toEqual({ kind: "installed", version: "1.0.0" });
    expect(await at.home.command("marketplace/repositories/add")).toMatchObject({ repository: REPOSITORY, category: "integration" });
  });

  test("is never told that its warning is accepted", async () => {
    await using at = await stall();
    at.shop.list();
    at.shop.warningAccepted = false;
    expect(await at.marketplace.look()).toEqual({ obstacle: "warning_not_accepted", repository: null });
    expect(at.home.received.map(({ type }) => type).filter((type) => type.startsWith("marketplace/"))).toEqual(["marketplace/info"]);
  });

  test("may take longer than any other command", async () => {
    await using at = await stall();
    at.shop.list();
    at.shop.hold = true;
    const ordered = at.order();
    await at.home.command("marketplace/repository/install");
    at.shop.finish();
    expect(await ordered).toMatchObject({ kind: "installed" });
  });
});

describe("what hinders the Marketplace is known before anything is asked of it:", () => {
  test.each<[string, (shop: FakeMarketplace) => void, string]>([
    ["it is not loaded", (shop) => (shop.loaded = false), "not_loaded"],
    ["it waits for Home Assistant", (shop) => (shop.stage = "waiting"), "starting"],
    ["it loads its catalog", (shop) => (shop.stage = "startup"), "starting"],
    ["GitHub limits it", (shop) => (shop.disabledReason = "rate_limit"), "disabled_rate_limit"],
    ["its token is void", (shop) => (shop.disabledReason = "invalid_token"), "disabled_invalid_token"],
    ["it is being removed", (shop) => (shop.disabledReason = "removed"), "disabled_removed"],
    ["it knows nothing of us and GitHub is not connected", () => {}, "github_not_connected"],
    ["it holds us for installed", (shop) => shop.list({ installed: true }), "installed_there"],
    ["it wants a newer Home Assistant", (shop) => shop.list({ can_install: false }), "too_new"],
    ["it has an old version only", (shop) => shop.list({ available_version: "0.9.9" }), "outdated"],
    ["it has a commit only", (shop) => shop.list({ available_version: "1a2b3c4" }), "outdated"],
    ["it rate limits the list", (shop) => shop.failNext.set("list", ["github_rate_limited", "no"]), "github_rate_limited"],
  ])("%s", async (_name, prepare, obstacle) => {
    await using at = await stall();
    prepare(at.shop);
    expect((await at.marketplace.look()).obstacle).toBe(obstacle);
    expect(at.home.count("marketplace/repository/install")).toBe(0);
  });

  test("there is none, as before Core 2026.11", async () => {
    await using at = await stall({ withShop: false });
    expect(await at.marketplace.look()).toEqual({ obstacle: "unknown_command", repository: null });
  });

  test("we are not an administrator", async () => {
    await using at = await stall();
    at.home.commands.set("marketplace/info", () => {
      throw new Refusal("unauthorized");
    });
    expect((await at.marketplace.look()).obstacle).toBe("unauthorized");
  });

  test.each([[{}], [null], [[]], [{ warning_accepted: "yes", github_connected: true, stage: "running", disabled_reason: null }]])(
    "it answers %j",
    async (answer) => {
      await using at = await stall();
      at.home.commands.set("marketplace/info", () => answer);
      expect((await at.marketplace.look()).obstacle).toBe("unexpected");
    },
  );
});

describe("an installation that the Marketplace refuses with", () => {
  const failures: readonly (readonly [name: string, code: string, message: string])[] = [
    ["install", "repository_busy", "homematic-vitals/homematic-vitals is being installed, try again once that is done."],
    ["install", "github_rate_limited", "GitHub limits how often the Marketplace can reach it."],
    ["install", "repository_not_found", "The Marketplace does not know the repository with ID 4711."],
    ["install", "replaces_built_in", "homematic-vitals replaces the built-in homematic_vitals integration."],
    ["install", "error", "Could not download the archive of homematic-vitals/homematic-vitals."],
    ["install", "error", "Could not write the downloaded content: [Errno 28] No space left on device"],
    ["install", "error", "This version requires Home Assistant 2027.1.0 or newer."],
    ["install", "unknown_error", "Unknown error"],
    ["add", "add_failed", "homematic-vitals/homematic-vitals is archived."],
    ["add", "repository_exists", "homematic-vitals/homematic-vitals is already in the Marketplace."],
    ["add", "app_repository", "homematic-vitals/homematic-vitals holds apps, the Marketplace does not install apps."],
    ["add", "core_repository", "The integrations of Home Assistant itself come with Home Assistant, there is nothing to add."],
    ["add", "invalid_format", "Could not read a GitHub repository."],
    ["install", "something_new", "A message of the future."],
  ];

  test.each(failures)("%s: %s (%s) is explained with what to do", async (name, code, message) => {
    await using at = await stall();
    at.shop.githubConnected = true;
    if (name === "install") at.shop.list();
    at.shop.failNext.set(name, [code, message]);
    const outcome = await at.order();
    const answer = isMarketplaceAnswer(code) ? code : "unexpected";
    expect(outcome).toMatchObject({ kind: "refused", answer });
    const text = outcome.kind === "refused" ? outcome.text : { en: "", de: "" };
    expect(text.en.startsWith(MARKETPLACE_ANSWERS[answer].en)).toBe(true);
    expect(text.de.startsWith(MARKETPLACE_ANSWERS[answer].de)).toBe(true);
    // What Home Assistant alone knows is passed on, in its own language.
    const alone = ["error", "add_failed", "unknown_error", "unexpected", "invalid_format"].includes(answer);
    expect([text.en.includes(message), text.de.includes(message)]).toEqual([alone, alone]);
  });

  test("not accepted, when the acceptance is taken back in between", async () => {
    await using at = await stall();
    at.shop.list();
    const outlook = await at.marketplace.look();
    at.shop.warningAccepted = false;
    expect(await at.marketplace.install(outlook)).toMatchObject({ kind: "refused", answer: "warning_not_accepted" });
  });

  test("not connected, when GitHub is disconnected in between", async () => {
    await using at = await stall();
    at.shop.githubConnected = true;
    const outlook = await at.marketplace.look();
    at.shop.githubConnected = false;
    expect(await at.marketplace.install(outlook)).toMatchObject({ kind: "refused", answer: "github_not_connected" });
  });

  test("the end of the session is not taken for an answer", async () => {
    await using at = await stall();
    at.home.commands.set("marketplace/info", () => SILENCE);
    const looking = expect(at.marketplace.look()).rejects.toMatchObject({ code: "HOME_ASSISTANT_CLOSED" });
    await at.home.command("marketplace/info");
    at.home.drop();
    await looking;
  });
});

test("every answer is a sentence with something to do, in both languages", () => {
  for (const { en, de } of Object.values(MARKETPLACE_ANSWERS)) {
    for (const text of [en, de]) expect(text).toMatch(/^[A-Z].*: .*\.$/);
    expect(de).not.toBe(en);
  }
});
