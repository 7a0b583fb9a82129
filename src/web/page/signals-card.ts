import type { CcuStatus, CountedStatus } from "../status.ts";
import type { SilentDeviceStatus } from "../traffic-status.ts";
import { explain } from "./explanations.ts";
import { formatAge } from "./format.ts";
import { foreign, type Html, html } from "./html.ts";
import type { Texts } from "./texts.ts";
import { ageOf, icon, type Level, measured, type View } from "./view.ts";

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
export function signalsCard({ signals, interfaces }: CcuStatus, view: View): Html | null {
  const counted = SIGNALS.flatMap((signal) => {
    const value = signals[signal.name];
    return value === null ? [] : [row(signal, value, view)];
  });
  const rows = [...counted, ...silence(interfaces, view)];
  if (rows.length === 0) return null;
  return html`<article class="card"><header><h3>${view.texts.devicesAndRadio}</h3></header><ul class="signals">${rows}</ul></article>`;
}

/** As whole as in the list of what it is made of. */
function row({ name, unit, worthALook }: Signal, counted: CountedStatus, view: View): Html {
  const { list } = counted;
  const value = counted.value === null ? null : Math.round(counted.value);
  const level: Level = value === null ? "unknown" : value >= worthALook ? "warning" : "ok";
  const title = view.texts.signals[name];
  const shown = list.map((entry) => foreign(inWords(entry, view.texts)));
  return html`<li>${icon(level)}<div><p><strong>${title}</strong> <span class="count">${unit === "" && value !== null ? html`${value}` : measured(value, unit, view)}</span></p>
${entries(view.texts.show, shown, list.length, view)}</div>${explain(name, title, view)}</li>`;
}

/** For information: a silence may have good reasons, such as a holiday. */
function silence(interfaces: CcuStatus["interfaces"], view: View): readonly Html[] {
  const { silent: title, unheard: unheardTitle } = view.texts.silence;
  const silent = interfaces.flatMap(({ traffic }) => traffic.silentDevices ?? []);
  const unheard = interfaces.flatMap(({ traffic }) => traffic.unheardDevices ?? []);
  if (unheard.length === 0 && silent.length === 0) return [];
  const isKnown = interfaces.some(({ traffic }) => traffic.silentDevices !== null);
  const level: Level = !isKnown ? "unknown" : silent.length > 0 ? "none" : "ok";
  const names = unheard.flatMap(({ list }) => list.map((device) => foreign(device)));
  const count = unheard.reduce((sum, { value }) => sum + (value ?? 0), 0);
  return [
    html`<li>${icon(level)}<div><p><strong>${title}</strong> <span class="count">${isKnown ? html`${silent.length}` : measured(null, "", view)}</span></p>
${entries(
  view.texts.show,
  silent.map((one) => silentDevice(one, view)),
  silent.length,
  view,
)}${entries(`${unheardTitle}: ${count}`, names, count, view)}</div>${explain("silentDevices", title, view)}</li>`,
  ];
}

function silentDevice({ device, lastHeard, usualSeconds }: SilentDeviceStatus, view: View): Html {
  const { silentFor, usually } = view.texts.silence;
  const usual = usualSeconds === null ? null : html` (${usually} ${formatAge(usualSeconds, false)})`;
  return html`${foreign(device)} · ${silentFor} ${ageOf(lastHeard, view)}${usual}`;
}

function entries(summary: string, list: readonly Html[], count: number, { texts }: View): Html | null {
  if (count === 0) return null;
  const shown = list.slice(0, MAX_ENTRIES);
  const more = count - shown.length;
  return html`<details class="more"><summary>${summary}</summary><ul class="entries">${shown.map((entry) => html`<li>${entry}</li>`)}${more > 0 ? html`<li>+ ${more} ${texts.verdict.more}</li>` : null}</ul></details>`;
}

/** A service message ends with the CCU's name for it. */
function inWords(entry: string, { messages }: Texts): string {
  const end = entry.lastIndexOf(" ") + 1;
  const name = entry.slice(end);
  const words = Object.hasOwn(messages, name) ? messages[name] : undefined;
  return words === undefined ? entry : `${entry.slice(0, end)}· ${words}`;
}
