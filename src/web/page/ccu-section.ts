import type { CcuStatus, SensorStatus } from "../status.ts";
import { foreign, type Html, html } from "./html.ts";
import { interfaceCard } from "./interface-card.ts";
import { age, ageInSeconds, type Level, measured, unmeasured, type View } from "./view.ts";

export function ccuSection(ccu: CcuStatus, view: View): Html {
  const facts = [ccu.host, ccu.model, ccu.firmware].filter((fact) => fact !== null);
  return html`<section class="ccu">
<h2>${foreign(ccu.name)}</h2>
<p class="facts">${facts.map((fact, index) => html`${index > 0 ? " · " : ""}${foreign(fact)}`)}</p>
<dl class="tiles">
${healthTile(ccu.sensors.systemHealth, view)}
${latencyTile(ccu.sensors.connectionLatency, view)}
${ageTile(ccu.sensors.lastEventAge, view)}
</dl>
${deductions(ccu.deductions, view)}
<div class="interfaces">
${ccu.interfaces.map((one) => interfaceCard(one, view))}
</div>
</section>`;
}

function tile(name: string, value: Html, hint: string | Html, picture: Html | null = null): Html {
  return html`<div class="tile"><dt>${name}</dt><dd class="value">${value}</dd><dd class="hint">${hint}</dd>${picture}</div>`;
}

function healthTile({ value, unit }: SensorStatus, view: View): Html {
  const { sensors, sensorHints } = view.texts;
  return tile(sensors.systemHealth, measured(value, unit, view), sensorHints.systemHealth, ring(value));
}

function ring(percent: number | null): Html {
  const level: Level = percent === null ? "unknown" : percent >= 100 ? "ok" : "problem";
  return html`<dd class="ring" aria-hidden="true"><svg class="${level}" viewBox="0 0 40 40"><circle class="track" cx="20" cy="20" r="17"/>${arc(percent ?? 0)}</svg></dd>`;
}

/** A round line cap would show a dot at zero. */
function arc(percent: number): Html | null {
  if (percent <= 0) return null;
  return html`<circle class="arc" cx="20" cy="20" r="17" pathLength="100" stroke-dasharray="${Math.min(100, percent).toFixed(1)} 100"/>`;
}

function latencyTile({ value, unit }: SensorStatus, view: View): Html {
  const { sensors, sensorHints } = view.texts;
  return tile(sensors.connectionLatency, measured(value, unit, view), sensorHints.connectionLatency);
}

function ageTile({ value }: SensorStatus, { texts }: View): Html {
  const { lastEventAge: name } = texts.sensors;
  const { lastEventAge: hint } = texts.sensorHints;
  return value === null ? tile(name, unmeasured(texts), hint) : tile(name, age(value), html`${ageInSeconds(value)} · ${hint}`);
}

function deductions(sentences: readonly string[], { texts }: View): Html | null {
  if (sentences.length === 0) return null;
  return html`<div class="deductions"><h3>${texts.deductions}</h3><ul lang="en">${sentences.map((sentence) => html`<li>${foreign(sentence)}</li>`)}</ul></div>`;
}
