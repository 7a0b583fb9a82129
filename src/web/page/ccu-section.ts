import type { CcuStatus, SensorStatus } from "../status.ts";
import { explain } from "./explanations.ts";
import type { FormView } from "./forms.ts";
import { foreign, type Html, html } from "./html.ts";
import { incidentsCard } from "./incidents-card.ts";
import { causeOf, interfaceCard } from "./interface-card.ts";
import { maintenanceCard } from "./maintenance-card.ts";
import { searchCard } from "./search-card.ts";
import { sharedCauses } from "./shared-causes.ts";
import { signalsCard } from "./signals-card.ts";
import { age, ageInSeconds, type Level, measured, unmeasured, type View } from "./view.ts";

/** Below, an age is in seconds anyway. */
const MINUTE = 60;

/** `maintenance` is the form to announce some. */
export function ccuSection(ccu: CcuStatus, maintenance: FormView | null, view: View): Html {
  const card = maintenance === null ? null : maintenanceCard(ccu, maintenance, view);
  const shared = sharedCauses(ccu);
  const facts = [ccu.host, ccu.model, ccu.firmware].filter((fact) => fact !== null);
  return html`<section class="ccu">
<h2>${foreign(ccu.name)}</h2>
<p class="facts">${facts.map((fact, index) => html`${index > 0 ? " · " : ""}${foreign(fact)}`)}</p>
${ccu.quiet === null ? null : card}
<dl class="tiles">
${healthTile(ccu, view)}
${latencyTile(ccu.sensors.connectionLatency, view)}
${ageTile(ccu.sensors.lastEventAge, view)}
</dl>
${shared.map(({ cause, names }) => causeOf(cause, view, names.length === ccu.interfaces.length ? [] : names))}
<div class="interfaces">
${searchCard(ccu, view)}
${ccu.interfaces.map((one) => interfaceCard(one, ccu, shared, view))}
</div>
${signalsCard(ccu, view)}
${incidentsCard(ccu, view)}
${ccu.quiet === null ? card : null}
</section>`;
}

function tile(figure: keyof View["texts"]["sensors"], value: Html, hint: string | Html, view: View, picture: Html | null = null): Html {
  const name = view.texts.sensors[figure];
  return html`<div class="tile"><dt>${name}</dt><dd class="value">${value}</dd><dd class="hint">${hint}</dd>${picture}<dd class="help">${explain(figure, name, view)}</dd></div>`;
}

function healthTile({ sensors: { systemHealth }, status }: CcuStatus, view: View): Html {
  const { value, unit } = systemHealth;
  return tile("systemHealth", measured(value, unit, view), view.texts.sensorHints.systemHealth, view, ring(value, status));
}

function ring(percent: number | null, status: CcuStatus["status"]): Html {
  const level: Level = percent === null ? "unknown" : percent >= 100 ? "ok" : status === "critical" ? "problem" : "warning";
  return html`<dd class="ring" aria-hidden="true"><svg class="${level}" viewBox="0 0 40 40"><circle class="track" cx="20" cy="20" r="17"/>${arc(percent ?? 0)}</svg></dd>`;
}

/** A round line cap would show a dot at zero. */
function arc(percent: number): Html | null {
  if (percent <= 0) return null;
  return html`<circle class="arc" cx="20" cy="20" r="17" pathLength="100" stroke-dasharray="${Math.min(100, percent).toFixed(1)} 100"/>`;
}

function latencyTile({ value, unit }: SensorStatus, view: View): Html {
  return tile("connectionLatency", measured(value, unit, view), view.texts.sensorHints.connectionLatency, view);
}

function ageTile({ value }: SensorStatus, view: View): Html {
  const { lastEventAge: hint } = view.texts.sensorHints;
  if (value === null) return tile("lastEventAge", unmeasured(view.texts), hint, view);
  return tile("lastEventAge", age(value), value < MINUTE ? hint : html`${ageInSeconds(value)} · ${hint}`, view);
}
