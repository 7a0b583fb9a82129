import type { AppStatus } from "../status.ts";
import { ICON_ASSET, SCRIPT_ASSET, STYLE_ASSET } from "./assets.ts";
import { ccuSection } from "./ccu-section.ts";
import { companionNeedsUser, companionSection } from "./companion-section.ts";
import type { FormView } from "./forms.ts";
import { type Guides, guidesSection } from "./guides-section.ts";
import { ended, foreign, type Html, html, sentence } from "./html.ts";
import { isGuided } from "./problems.ts";
import type { Language } from "./texts.ts";
import { judge, renderVerdict } from "./verdict.ts";
import { ageOf, createView, icon, type Level, type View } from "./view.ts";

const NAME = "Homematic Vitals";

/** The whole page for one moment; complete without scripts. */
export function renderPage({
  status,
  language,
  nowMs,
  install = null,
  maintenance = null,
  guides = { callbackTest: null },
}: {
  status: AppStatus;
  language: Language;
  nowMs: number;
  /** Null: the page offers no installation. */
  install?: FormView | null;
  /** Null: the page offers no maintenance. */
  maintenance?: FormView | null;
  guides?: Guides;
}): string {
  const view = createView(language, nowMs);
  const verdict = judge(status, view);
  const companion = companionSection(status, install, view);
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<title>${verdict.text} · ${NAME}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="${ICON_ASSET.url}" type="image/svg+xml">
<link rel="stylesheet" href="${STYLE_ASSET.url}">
<script src="${SCRIPT_ASSET.url}" defer></script>
<noscript><meta http-equiv="refresh" content="15"></noscript>
</head>
<body>
${SPRITE}
<header class="top"><img src="${ICON_ASSET.url}" alt="" width="32" height="32"><h1>${NAME}</h1></header>
<main>
<p id="lost" class="banner problem" role="alert" hidden>${view.texts.lost} <time id="heard"></time></p>
${renderVerdict(verdict, view)}
${status.app.demo ? html`<p class="banner"><strong>${view.texts.demo.title}</strong> ${view.texts.demo.next}</p>` : null}
${companionNeedsUser(status) ? companion : null}
${status.ccus.map((ccu) => ccuSection(ccu, maintenance, view))}
${homeAssistant(status, view)}
${companionNeedsUser(status) ? null : companion}
${guidesSection(guides, view)}
</main>
${footer(status, view)}
</body>
</html>
`.text;
}

/** Each level has a shape of its own, so that nobody needs to tell colours apart. */
const SPRITE: Html = html`<svg class="sprite" aria-hidden="true">
<symbol id="ok" viewBox="0 0 24 24"><circle cx="12" cy="12" r="11"/><path d="m7 12.5 3.5 3.5 6.5-7.5"/></symbol>
<symbol id="problem" viewBox="0 0 24 24"><path class="body" d="M12 1.5 23.3 21.5H.7z"/><path d="M12 9v6m0 3v.1"/></symbol>
<symbol id="warning" viewBox="0 0 24 24"><rect x="2" y="2" width="20" height="20" rx="6"/><path d="M12 7v6m0 4v.1"/></symbol>
<symbol id="unknown" viewBox="0 0 24 24"><circle cx="12" cy="12" r="11"/><path d="M7 12v.1m5-.1v.1m5-.1v.1"/></symbol>
<symbol id="none" viewBox="0 0 24 24"><circle cx="12" cy="12" r="11"/><path d="M8 12h8"/></symbol>
</svg>`;

/** While the integration is still to be installed it is no trouble that Home Assistant does not get the values. */
function homeAssistant(status: AppStatus, view: View): Html {
  const { state, since, message } = status.homeAssistant;
  const trouble: Level = state === "off" || isGuided(status) ? "unknown" : state === "publishing" ? "warning" : "problem";
  const level: Level = message !== null ? trouble : state === "publishing" ? "ok" : "unknown";
  return html`<section class="card home-assistant">${icon(level)}<div>
<h2>${view.texts.homeAssistant[state]} <span class="age">${view.texts.since} ${ageOf(since, view)}</span></h2>
${message === null ? null : html`<p>${sentence(ended(message[view.language]))}</p>`}
</div></section>`;
}

function footer({ app }: AppStatus, view: View): Html {
  const { texts } = view;
  return html`<footer>
<p>${texts.callback} ${foreign(`${app.callback.host}:${app.callback.port}`)}</p>
<p>${NAME} ${foreign(app.version)} · ${texts.running} ${ageOf(app.startedAt, view)} · <a href="api/snapshot">JSON</a> · <a href="metrics">OpenMetrics</a></p>
</footer>`;
}
