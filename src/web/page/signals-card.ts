import type { CountedStatus, SignalsStatus } from "../status.ts";
import { explain } from "./explanations.ts";
import { foreign, type Html, html } from "./html.ts";
import type { Texts } from "./texts.ts";
import { icon, type Level, measured, type View } from "./view.ts";

/** Endless lists belong on the CCU's own page. */
const MAX_ENTRIES = 100;

type Name = "unreachableDevices" | "serviceMessages" | "lowBatteries" | "dutyCycle" | "carrierSense";

interface Signal {
  readonly name: Name;
  readonly unit: string;
  /** From here on somebody should look. */
  readonly worthALook: number;
}

/** In the order in which they ask for a hand. */
const SIGNALS: readonly Signal[] = [
  { name: "unreachableDevices", unit: "", worthALook: 1 },
  { name: "lowBatteries", unit: "", worthALook: 1 },
  { name: "serviceMessages", unit: "", worthALook: 1 },
  { name: "dutyCycle", unit: "%", worthALook: 80 },
  { name: "carrierSense", unit: "%", worthALook: 10 },
];

/** Devices and radio of a CCU: what its modules and devices say about themselves. */
export function signalsCard(signals: SignalsStatus, view: View): Html | null {
  const rows = SIGNALS.flatMap((signal) => {
    const counted = signals[signal.name];
    return counted === null ? [] : [row(signal, counted, view)];
  });
  if (rows.length === 0) return null;
  return html`<article class="card"><header><h3>${view.texts.devicesAndRadio}</h3></header><ul class="signals">${rows}</ul></article>`;
}

function row({ name, unit, worthALook }: Signal, { value, list }: CountedStatus, view: View): Html {
  const level: Level = value === null ? "unknown" : value >= worthALook ? "warning" : "ok";
  const title = view.texts.signals[name];
  return html`<li>${icon(level)}<div><p><strong>${title}</strong> <span class="count">${unit === "" && value !== null ? html`${value}` : measured(value, unit, view)}</span></p>
${list.length === 0 ? null : entries(list, view)}</div>${explain(name, title, view)}</li>`;
}

function entries(list: readonly string[], { texts }: View): Html {
  const shown = list.slice(0, MAX_ENTRIES).map((entry) => html`<li>${foreign(inWords(entry, texts))}</li>`);
  const more = list.length - shown.length;
  return html`<details class="more"><summary>${texts.show}</summary><ul class="entries">${shown}${more > 0 ? html`<li>+ ${more} ${texts.verdict.more}</li>` : null}</ul></details>`;
}

/** A service message ends with the CCU's name for it. */
function inWords(entry: string, { messages }: Texts): string {
  const end = entry.lastIndexOf(" ") + 1;
  const name = entry.slice(end);
  const words = Object.hasOwn(messages, name) ? messages[name] : undefined;
  return words === undefined ? entry : `${entry.slice(0, end)}· ${words}`;
}
