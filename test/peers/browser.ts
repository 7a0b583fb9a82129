import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import type { HassTokens } from "./home-assistant-login.ts";

const CHROMIUM = "/usr/bin/chromium";
// Without them Chromium calls its maker at every start.
const QUIET = ["disable-background-networking", "disable-component-update", "disable-sync", "disable-quic", "no-first-run", "disable-gpu"];
const LOAD_LIMIT_MS = 60_000;

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
  readonly locale?: string;
  /** Of the reader; the machine's unless stated. */
  readonly timezoneId?: string;
}

/** Starts Debian's Chromium without a window; `await using` ends it. */
export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({ executablePath: CHROMIUM, chromiumSandbox: false, args: QUIET.map((name) => `--${name}`) });
}

/** Opens a page in a session of its own. */
export async function openPage(browser: Browser, url: string, options: PageOptions = {}): Promise<Page> {
  const page = await newPage(browser, options);
  await page.goto(url, { timeout: LOAD_LIMIT_MS });
  return page;
}

/** Opens a page of Home Assistant's frontend as a logged-in user and waits until its panel is drawn. */
export async function openHomeAssistant(
  browser: Browser,
  homeAssistant: { readonly url: string; logIn(): Promise<HassTokens> },
  path: string,
  options: PageOptions = {},
): Promise<Page> {
  const page = await newPage(browser, options);
  const tokens = JSON.stringify(JSON.stringify(await homeAssistant.logIn()));
  await page.addInitScript({ content: `localStorage.setItem("hassTokens", ${tokens});` });
  await page.goto(`${homeAssistant.url}${path}`, { timeout: LOAD_LIMIT_MS });
  await page.locator("home-assistant-main").waitFor({ state: "attached", timeout: LOAD_LIMIT_MS });
  await page.locator("#ha-launch-screen").waitFor({ state: "detached", timeout: LOAD_LIMIT_MS });
  await page.waitForLoadState("networkidle", { timeout: LOAD_LIMIT_MS });
  return page;
}

/** Saves what the page shows as a PNG file. */
export async function screenshot(page: Page, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await page.screenshot({ path: file, animations: "disabled" });
}

async function newPage(browser: Browser, options: PageOptions): Promise<Page> {
  return await browser.newPage({
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    colorScheme: options.colorScheme ?? "light",
    locale: options.locale ?? "en-GB",
    ...(options.timezoneId !== undefined && { timezoneId: options.timezoneId }),
  });
}
