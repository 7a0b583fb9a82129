import { PATH_NAMES } from "../path-names.ts";
import type { InterfaceStatus, PathName, PathStatus } from "../status.ts";
import { foreign, type Html, html } from "./html.ts";
import { age, ageOf, icon, type Level, measured, timeLeft, unmeasured, type View } from "./view.ts";

const LEVELS: Readonly<Record<PathStatus["state"], Level>> = { ok: "ok", failing: "problem", unknown: "unknown", unsupported: "none" };

export function interfaceCard(one: InterfaceStatus, view: View): Html {
  const { texts } = view;
  return html`<article class="card">
<header><h3>${foreign(one.name)} <small>${texts.port} ${one.port}</small></h3>
<p class="state">${connection(one.state, view)} · ${texts.since} ${ageOf(one.since, view)}${nextAttempt(one, view)}</p>
${reason(one.reason)}</header>
<ul class="paths">${PATH_NAMES.map((name) => path(name, one.paths[name], view))}</ul>
<dl class="measures">
${latency(one, view)}
${measure(texts.timeouts, lostPings(one.latency.timeouts))}
${measure(texts.lastEvent, one.lastEventAgeSeconds === null ? unmeasured(texts) : html`${texts.ago[0]}${age(one.lastEventAgeSeconds)}${texts.ago[1]}`)}
${measure(texts.devices, html`${one.deviceCount}`)}
${measure(texts.score, measured(one.score === null ? null : one.score * 100, "%", view))}
</dl>
</article>`;
}

function connection(state: string, { texts }: View): Html {
  const known = Object.hasOwn(texts.connection, state) ? texts.connection[state] : undefined;
  return foreign(known ?? state);
}

function nextAttempt({ nextAttemptInSeconds }: InterfaceStatus, { texts }: View): Html | null {
  return nextAttemptInSeconds === null ? null : html` · ${texts.nextAttempt} ${timeLeft(nextAttemptInSeconds)}`;
}

/** Reasons are English whatever the page speaks. */
function reason(text: string | null): Html | null {
  return text === null || text === "" ? null : html`<p class="reason" lang="en">${foreign(text)}</p>`;
}

function path(name: PathName, { state, since, lastOk, reason: why }: PathStatus, view: View): Html {
  const { texts } = view;
  const known = state === "ok" || state === "failing";
  return html`<li>${icon(LEVELS[state])}<div>
<p><strong>${texts.paths[name]}</strong> <span class="${LEVELS[state]}">${texts.pathStates[state]}</span>${known ? html` <span class="age">${texts.since} ${ageOf(since, view)}</span>` : null}</p>
${state === "ok" ? html`<p class="hint">${texts.pathHints[name]}</p>` : reason(why)}
${state === "failing" && lastOk !== null ? html`<p class="hint">${texts.lastOk} ${texts.ago[0]}${ageOf(lastOk, view)}${texts.ago[1]}</p>` : null}
</div></li>`;
}

function latency({ latency: { avgMs, p50Ms, p95Ms } }: InterfaceStatus, view: View): Html {
  const { texts } = view;
  if (avgMs === null) return measure(texts.latency, unmeasured(texts));
  const part = (value: number | null, name: string): Html => html`<dd>${measured(value, "ms", view)} <small>${name}</small></dd>`;
  return html`<div class="latency"><dt>${texts.latency}</dt>${part(avgMs, texts.average)}${part(p50Ms, texts.median)}${part(p95Ms, "p95")}</div>`;
}

function lostPings(count: number): Html {
  return count === 0 ? html`0` : html`<span class="problem">${count}</span>`;
}

function measure(name: string, value: Html): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}
