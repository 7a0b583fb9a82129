import { test } from "vitest";
import { launchBrowser, openHomeAssistant, screenshot } from "../peers/browser.ts";
import { SupervisedHome } from "../peers/supervised-home.ts";

test("x", async () => {
  await using home = await SupervisedHome.create();
  await home.homeAssistant.start();
  await using browser = await launchBrowser();
  const page = await openHomeAssistant(browser, home.homeAssistant, `/config/app/${home.addOn.slug}/info`);
  await page.waitForTimeout(1500);
  await screenshot(page, "/tmp/shots/info-stopped.png");
  await page.goto(`${home.homeAssistant.url}/config/app/${home.addOn.slug}/config`);
  await page.getByText("Options").first().waitFor();
  await page.waitForTimeout(1500);
  await screenshot(page, "/tmp/shots/config-new.png");
  await page.getByRole("button", { name: "Add" }).first().click().catch((e) => console.log(String(e)));
  await page.waitForTimeout(1500);
  await screenshot(page, "/tmp/shots/config-add.png");
  await page.goto(`${home.homeAssistant.url}/config/apps/available`);
  await page.waitForTimeout(2500);
  await screenshot(page, "/tmp/shots/store.png");
  await page.goto(`${home.homeAssistant.url}/config/app/${home.addOn.slug}/documentation`);
  await page.waitForTimeout(2500);
  await screenshot(page, "/tmp/shots/documentation.png");
});
