import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { screenshot } from "../peers/browser.ts";
import { repositoryRoot } from "../peers/paths.ts";

/** Keeps what a page shows; with UPDATE_IMAGES=1 also as a picture of the documents, under a name of its own. */
export async function picture(page: Page, name: string, inDocuments?: string): Promise<void> {
  const file = join(repositoryRoot, "artifacts", "screenshots", `${name}.png`);
  await screenshot(page, file);
  if (inDocuments !== undefined && process.env["UPDATE_IMAGES"] === "1") {
    await copyFile(file, join(repositoryRoot, "docs", "images", `${inDocuments}.png`));
  }
}
