import type { InterfaceStatus } from "../status.ts";
import type { TrafficStatus } from "../traffic-status.ts";
import { explain } from "./explanations.ts";
import { formatAge, formatNumber } from "./format.ts";
import { foreign, type Html, html } from "./html.ts";
import { ageOf, measured, type View } from "./view.ts";

/** Who talks most at an interface, who else listens, and what may have been lost. */
export function traffic({ traffic: { chattyDevices, foreignClients, dutyCycleTrend, delivery } }: InterfaceStatus, view: View): Html {
  const { texts } = view;
  const { chatty, foreign: others } = texts.traffic;
  return html`${list(
    "chattyDevices",
    chatty,
    chattyDevices.map(({ device, eventsPerMinute }) => html`${foreign(device)} · ${measured(eventsPerMinute, texts.perMinute, view)}`),
    view,
  )}
${list(
  "foreignClients",
  others,
  foreignClients.map((client) => clientLine(client, view)),
  view,
)}
${trend(dutyCycleTrend, view)}
${delivery.estimatedLost === 0 ? null : html`<div class="fact"><p><strong>${texts.traffic.lost}</strong> <span class="problem">${delivery.estimatedLost}</span></p>${explain("estimatedLost", texts.traffic.lost, view)}</div>`}`;
}

function list(figure: "chattyDevices" | "foreignClients", name: string, lines: readonly Html[], view: View): Html {
  const content =
    lines.length === 0
      ? html`<p class="hint">${view.texts.traffic.nobody}</p>`
      : html`<ul class="entries">${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
  return html`<div class="fact"><p><strong>${name}</strong></p>${explain(figure, name, view)}${content}</div>`;
}

function clientLine({ id, lastSeen, everySeconds }: TrafficStatus["foreignClients"][number], view: View): Html {
  const { ago, traffic: texts } = view.texts;
  const every = everySeconds === null ? null : html` · ${texts.every} ${formatAge(everySeconds, false)}`;
  return html`${foreign(id)} · ${ago[0]}${ageOf(lastSeen, view)}${ago[1]}${every}`;
}

/** Only a rise is worth a word. */
function trend(dutyCycle: TrafficStatus["dutyCycleTrend"], view: View): Html | null {
  const { texts, language } = view;
  if (dutyCycle === null || dutyCycle.minutesToLimit === null) return null;
  const { percentPerHour, minutesToLimit } = dutyCycle;
  return html`<div class="fact"><p>${texts.traffic.rises} ${formatNumber(percentPerHour, language)} ${texts.traffic.perHour} · ${texts.traffic.limitIn} ${formatAge(minutesToLimit * 60, false)}</p>${explain("dutyCycleTrend", texts.signals.dutyCycle, view)}</div>`;
}
