import type { AvailabilityStatus, CcuStatus, IncidentStatus, SpanAvailability } from "../status.ts";
import { explain } from "./explanations.ts";
import { formatAge, formatNumber } from "./format.ts";
import { foreign, type Html, html, sentence } from "./html.ts";
import { type Outage, outagesOf } from "./outages.ts";
import { ageOf, icon, unmeasured, type View } from "./view.ts";

const MAX_OUTAGES = 5;
/** What went before is routine; a few entries show that it still worked. */
const ENTRIES_BEFORE = 2;
const MONTH_SECONDS = 30 * 86_400;

/** How reliable the CCU was, and what happened when it was not. */
export function incidentsCard({ incidents, availability }: CcuStatus, view: View): Html {
  const { texts } = view;
  const outages = outagesOf(incidents);
  const more = outages.length - MAX_OUTAGES;
  return html`<article class="card"><header><h3>${texts.incidents.title}</h3></header>
${availability === null ? null : spans(availability, view)}
${outages.length === 0 ? html`<p class="hint">${texts.incidents.none}</p>` : html`<ol class="incidents">${outages.slice(0, MAX_OUTAGES).map((outage) => item(outage, view))}${more > 0 ? html`<li>+ ${more} ${texts.verdict.more}</li>` : null}</ol>`}
</article>`;
}

function spans(availability: AvailabilityStatus, view: View): Html {
  const { texts } = view;
  const span = (name: "day" | "week" | "month"): Html =>
    html`<div><dt>${texts.incidents.spans[name]}</dt><dd>${percent(availability[name], view)}</dd></div>`;
  return html`<div class="availability"><p class="hint">${texts.incidents.availability}${watched(availability.month, view)}</p><dl>${span("day")}${span("week")}${span("month")}</dl>${explain("availability", texts.incidents.availability, view)}</div>`;
}

/** What a share is of, unless it is of the whole month. */
function watched({ watchedSeconds }: SpanAvailability, { texts }: View): Html | null {
  const [before, after] = texts.incidents.watched;
  return watchedSeconds >= MONTH_SECONDS ? null : html` · ${before}${formatAge(watchedSeconds, false)}${after}`;
}

/** Rounded down: 99.99 % is not everything. */
function percent({ ratio }: SpanAvailability, { language, texts }: View): Html {
  if (ratio === null) return unmeasured(texts);
  return html`${formatNumber(Math.floor(ratio * 1_000) / 10, language)}<span class="unit">\u00a0%</span>`;
}

/** Of several interfaces that were lost together, what happened is told of the first. */
function item(outage: Outage, view: View): Html {
  const { texts, language } = view;
  const [first] = outage;
  const { endedAt, message, startedAt, timeline } = first;
  const over = endedAt !== null;
  const endUnobserved = outage.some((incident) => incident.endUnobserved);
  const durationSeconds = over ? Math.max(...outage.map((incident) => incident.durationSeconds ?? 0)) : null;
  const names = outage.map((incident, index) => html`${index > 0 ? ", " : null}${foreign(incident.interface)}`);
  const of = outage.length > 1 ? html` (${foreign(first.interface)})` : null;
  const lasted =
    durationSeconds === null
      ? null
      : html` · ${texts.incidents.lasted} ${formatAge(durationSeconds, false)}${endUnobserved ? html` (${texts.incidents.unobserved})` : null}`;
  return html`<li>${icon(over ? "ok" : "problem")}<div><p><strong>${names}:</strong> ${message === null ? texts.incidents.noCause : sentence(message[language])}</p>
<p class="hint">${texts.ago[0]}${ageOf(startedAt, view)}${texts.ago[1]}${over ? lasted : html` · <span class="problem">${texts.incidents.lasts}</span>`}</p>
${timeline.length === 0 ? null : html`<details class="more"><summary>${texts.incidents.timeline}${of}</summary><ol class="entries">${told(first).map((entry) => event(entry, view))}</ol></details>`}</div></li>`;
}

/** From shortly before it began: what went wrong is read first. */
function told({ startedAt, timeline }: IncidentStatus): IncidentStatus["timeline"] {
  const begin = timeline.findIndex(({ at }) => at >= startedAt);
  return timeline.slice(Math.max(0, begin - ENTRIES_BEFORE));
}

/** What is on record in English only is told to screen readers as such. */
function event({ at, text, message }: IncidentStatus["timeline"][number], view: View): Html {
  const { texts, language } = view;
  const said = message[language];
  return html`<li>${texts.ago[0]}${ageOf(at, view)}${texts.ago[1]} · <span lang="${said === text ? "en" : language}">${sentence(said)}</span></li>`;
}
