import { createHash } from "node:crypto";
import { ICON } from "./icon.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

export interface Asset {
  readonly name: string;
  readonly type: string;
  readonly body: string;
  /** Relative, because Home Assistant serves the page under a path of its own; changes with the content. */
  readonly url: string;
}

export const STYLE_ASSET: Asset = asset("page.css", "text/css; charset=utf-8", STYLE);
export const SCRIPT_ASSET: Asset = asset("page.js", "text/javascript; charset=utf-8", SCRIPT);
export const ICON_ASSET: Asset = asset("icon.svg", "image/svg+xml; charset=utf-8", ICON);

export const ASSETS: readonly Asset[] = [STYLE_ASSET, SCRIPT_ASSET, ICON_ASSET];

function asset(name: string, type: string, body: string): Asset {
  const hash = createHash("sha256").update(body).digest("hex").slice(0, 12);
  return { name, type, body, url: `${name}?${hash}` };
}
