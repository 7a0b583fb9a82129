import { PATH_NAMES } from "../path-names.ts";
import { seriesKey } from "../series-key.ts";
import type { CauseStatus, CcuStatus, InterfaceStatus, PathName, PathStatus } from "../status.ts";
import { explain, type Figure } from "./explanations.ts";
import { foreign, type Html, html, sentence } from "./html.ts";
import { CAUSE_LEVELS, who } from "./problems.ts";
import { isShared, type SharedCause } from "./shared-causes.ts";
import { traffic } from "./traffic.ts";
import { age, ageOf, icon, type Level, measured, timeLeft, unmeasured, type View } from "./view.ts";

const LEVELS: Readonly<Record<PathStatus["state"], Level>> = { ok: "ok", failing: "problem", unknown: "unknown", unsupported: "none" };

type Attempts = Pick<InterfaceStatus, "nextAttemptInSeconds" | "recovery">;

export function interfaceCard(one: InterfaceStatus, ccu: CcuStatus, shared: readonly SharedCause[], view: View): Html {
  const { texts } = view;
  return html`<article class="card">
<header><h3>${foreign(one.name)}</h3>
${one.recovery.step === "done" ? connection(one, view) : recovery(one, view)}</header>
${one.cause === null ? null : isShared(one, shared) ? sharedCause(one.cause, view) : causeOf(one.cause, view)}
<ul class="paths">${PATH_NAMES.map((name) => path(name, one.paths[name], view))}</ul>
${charts(one, seriesKey(ccu, one), view)}
<details class="more"><summary>${texts.figures}</summary>
<dl class="measures">
${latency(one, view)}
${measure("timeouts", texts.timeouts, lostPings(one.latency.timeouts), view)}
${measure("lastEventAge", texts.lastEvent, one.lastEventAgeSeconds === null ? unmeasured(texts) : html`${texts.ago[0]}${age(one.lastEventAgeSeconds)}${texts.ago[1]}`, view)}
${measure("devices", texts.devices, html`${one.deviceCount}`, view)}
${measure("score", texts.score, measured(one.score === null ? null : one.score * 100, "%", view), view)}
</dl>${traffic(one, view)}<p class="hint">${texts.port} ${one.port}</p></details>
</article>`;
}

function connection(one: InterfaceStatus, view: View): Html {
  const { texts } = view;
  const known = Object.hasOwn(texts.connection, one.state) ? texts.connection[one.state] : undefined;
  return html`<p class="state">${foreign(known ?? one.state)} · ${texts.since} ${ageOf(one.since, view)}${nextAttempt(one, view)}</p>`;
}

function nextAttempt({ nextAttemptInSeconds }: Attempts, { texts }: View): Html | null {
  return nextAttemptInSeconds === null ? null : html` · ${texts.nextAttempt} ${timeLeft(nextAttemptInSeconds)}`;
}

/** Where the connection is stuck, as long as it is: how it is called meanwhile changes with each attempt and tells nobody anything. */
export function recovery(attempts: Attempts, view: View): Html | null {
  const { step, passed, steps } = attempts.recovery;
  if (step === "done") return null;
  const { title, of, names } = view.texts.recovery;
  return html`<p class="state">${title} ${Math.min(passed + 1, steps)} ${of} ${steps}: ${names[step]}${nextAttempt(attempts, view)}</p>
<progress max="${steps}" value="${passed}" aria-label="${title} ${Math.min(passed + 1, steps)} ${of} ${steps}"></progress>`;
}

/** `names`: of the interfaces that have it, where it does not stand at one. */
export function causeOf({ severity, message, remedy, since }: CauseStatus, view: View, names: readonly string[] = []): Html {
  const { texts, language } = view;
  const level = CAUSE_LEVELS[severity];
  return html`<div class="cause ${level}">${icon(level)}<div>${names.length === 0 ? null : html`<p>${who(names)}:</p>`}<p><strong>${sentence(message[language])}</strong> <span class="age">${texts.since} ${ageOf(since, view)}</span></p>
<p>${texts.whatToDo}: ${sentence(remedy[language])}</p></div></div>`;
}

function sharedCause({ severity }: CauseStatus, { texts }: View): Html {
  const level = CAUSE_LEVELS[severity];
  return html`<div class="cause ${level}">${icon(level)}<p>${texts.sharedCause}</p></div>`;
}

function path(name: PathName, { state, since, lastOk }: PathStatus, view: View): Html {
  const { texts } = view;
  const known = state === "ok" || state === "failing";
  return html`<li>${icon(LEVELS[state])}<div>
<p><strong>${texts.paths[name]}</strong> <span class="${LEVELS[state]}">${texts.pathStates[state]}</span>${known ? html` <span class="age">${texts.since} ${ageOf(since, view)}</span>` : null}</p>
${known ? html`<p class="hint">${state === "ok" ? texts.pathHints[name] : texts.pathProblems[name]}</p>` : null}
${state === "failing" && lastOk !== null ? html`<p class="hint">${texts.lastOk} ${texts.ago[0]}${ageOf(lastOk, view)}${texts.ago[1]}</p>` : null}
</div></li>`;
}

function charts({ latency: { p50Ms, p95Ms }, signals }: InterfaceStatus, series: string, view: View): Html {
  const { texts } = view;
  const lines = html`<span class="key line-1">${texts.median} ${measured(p50Ms, "ms", view)}</span> <span class="key line-2">p95 ${measured(p95Ms, "ms", view)}</span>`;
  const rate = html`<span class="key line-3">${measured(signals.eventsPerMinute, texts.perMinute, view)}</span>`;
  return html`<div class="charts">${chart("latency", series, texts.latency, lines, explain("latency", texts.latency, view), view)}${chart("rate", series, texts.events, rate, explain("eventsPerMinute", texts.events, view), view)}</div>`;
}

function chart(kind: string, series: string, name: string, values: Html, help: Html, { texts }: View): Html {
  return html`<figure><figcaption><strong>${name}</strong> ${values} <span class="readout" data-keep></span></figcaption>${help}
<div class="chart" data-chart="${kind}" data-series="${series}" data-keep role="img" aria-label="${name}, ${texts.lastHours}"><p class="hint">${texts.chartBegins}</p></div></figure>`;
}

function latency({ latency: { avgMs, p50Ms, p95Ms } }: InterfaceStatus, view: View): Html {
  const { texts } = view;
  if (avgMs === null) return measure("latency", texts.latency, unmeasured(texts), view);
  const part = (value: number | null, name: string): Html => html`<dd>${measured(value, "ms", view)} <small>${name}</small></dd>`;
  return html`<div class="latency"><dt>${texts.latency}</dt>${part(avgMs, texts.average)}${part(p50Ms, texts.median)}${part(p95Ms, "p95")}<dd class="help">${explain("latency", texts.latency, view)}</dd></div>`;
}

function lostPings(count: number): Html {
  return count === 0 ? html`0` : html`<span class="problem">${count}</span>`;
}

function measure(figure: Figure, name: string, value: Html, view: View): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd><dd class="help">${explain(figure, name, view)}</dd></div>`;
}
