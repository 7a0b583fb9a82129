import type { LocalText } from "../../base/local-text.ts";
import type { CcuStatus } from "../status.ts";
import { type Html, html } from "./html.ts";
import { causeOf, recovery } from "./interface-card.ts";
import { ageOf, type View } from "./view.ts";

const TITLE: LocalText = { en: "Looking for the interfaces of the CCU", de: "Die Schnittstellen der CCU werden gesucht" };

/** How far the search has come while no interface is known; null when there is nothing to look for. */
export function searchCard({ search, cause }: CcuStatus, view: View): Html | null {
  if (search === null) return null;
  return html`<article class="card"><header><h3>${TITLE[view.language]}</h3>
<p class="state">${view.texts.since} ${ageOf(search.since, view)}</p>${recovery(search, view)}</header>
${cause === null ? null : causeOf(cause, view)}
</article>`;
}
