import type { Language, LocalText } from "../base/local-text.ts";
import { ACTIONS } from "../simulator/actions.ts";
import { NO_FAULTS, type SimulatedFaults } from "../simulator/faults.ts";
import type { Field } from "../simulator/fields.ts";
import type { SimulatedInterface } from "../simulator/interface.ts";
import { SCENARIOS } from "../simulator/scenarios.ts";
import { SWITCH_GROUPS, SWITCHES, type SwitchName } from "../simulator/switches.ts";
import { type Html, html } from "../web/page/html.ts";

const TEXTS = {
  title: { en: "Faults of the simulated CCU", de: "Fehler der simulierten Zentrale" },
  intro: {
    en: "Switch a fault on here and watch what Homematic Vitals makes of it.",
    de: "Schalten Sie hier einen Fehler ein und sehen Sie zu, was Homematic Vitals daraus macht.",
  },
  watch: { en: "Open the page of Homematic Vitals", de: "Seite von Homematic Vitals öffnen" },
  healthy: { en: "Everything healthy again", de: "Alles wieder gesund" },
  stories: { en: "Stories", de: "Abläufe" },
  play: { en: "Play", de: "Abspielen" },
  playing: { en: "Playing now", de: "Läuft gerade" },
  apply: { en: "Apply", de: "Übernehmen" },
  once: { en: "Once", de: "Einmalig" },
  run: { en: "Do it", de: "Ausführen" },
  clients: { en: "Registered", de: "Angemeldet" },
  nobody: { en: "nobody", de: "niemand" },
} as const satisfies Record<string, LocalText>;

export const STYLE = `:root { color-scheme: light dark; }
body { font: 1rem/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem clamp(0.75rem, 3vw, 2rem) 3rem; }
h1 { font-size: 1.3rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 0.25rem; }
fieldset { border: 1px solid #8886; border-radius: 0.4rem; margin: 0.75rem 0; }
legend { font-weight: 600; padding: 0 0.3rem; }
.row { align-items: center; display: grid; gap: 0.25rem 1rem; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); justify-items: start; padding: 0.3rem 0; }
@media (max-width: 36rem) { .row { grid-template-columns: minmax(0, 1fr); } }
code { font-size: 0.8rem; opacity: 0.75; }
.changed { background: #e8a33d33; }
input:not([type="checkbox"]), select { box-sizing: border-box; font: inherit; width: 100%; }
input[type="checkbox"] { height: 1.2rem; width: 1.2rem; }
button { cursor: pointer; font: inherit; padding: 0.25rem 0.9rem; }
`;

export interface PageContent {
  readonly interfaces: readonly SimulatedInterface[];
  /** Name of the scenario that is being played. */
  readonly scenario: string | null;
  /** Where the product shows what it sees. */
  readonly productUrl: string | null;
  readonly language: Language;
}

/** The whole page; it works without a script. */
export function renderPage({ interfaces, scenario, productUrl, language }: PageContent): string {
  const say = (text: LocalText): string => text[language];
  const title = say(TEXTS.title);
  return html`<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css">
</head>
<body>
<h1>${title}</h1>
<p>${say(TEXTS.intro)} ${productUrl && html`<a href="${productUrl}" target="_blank" rel="noopener">${say(TEXTS.watch)}</a>`}</p>
<form method="post" action="./"><button name="do" value="healthy">${say(TEXTS.healthy)}</button></form>
<fieldset><legend>${say(TEXTS.stories)}</legend>
${Object.entries(SCENARIOS).map(([name, { about }]) => scenarioForm({ name, about, isPlaying: name === scenario, say }))}
</fieldset>
${interfaces.map((simulated) => interfaceSection(simulated, say))}
</body>
</html>
`.text;
}

type Say = (text: LocalText) => string;

function scenarioForm({ name, about, isPlaying, say }: { name: string; about: LocalText; isPlaying: boolean; say: Say }): Html {
  return html`<form class="row${isPlaying ? " changed" : ""}" method="post" action="./"><input type="hidden" name="do" value="scenario">
<label for="scenario-${name}">${say(about)}</label>
<span><button id="scenario-${name}" name="name" value="${name}">${say(TEXTS.play)}</button> ${isPlaying ? say(TEXTS.playing) : null}</span></form>
`;
}

function interfaceSection({ name, faults, clients }: SimulatedInterface, say: Say): Html {
  const known = clients.map(({ interfaceId }) => interfaceId).join(", ") || say(TEXTS.nobody);
  return html`<section id="${name}"><h2>${name}</h2>
<p>${say(TEXTS.clients)}: ${known}</p>
<form method="post" action="./"><input type="hidden" name="do" value="switches"><input type="hidden" name="interface" value="${name}">
${SWITCH_GROUPS.map(
  (group) => html`<fieldset><legend>${say(group.title)}</legend>${group.names.map((each) => switchRow(name, each, faults, say))}</fieldset>
`,
)}
<button>${say(TEXTS.apply)}</button></form>
<fieldset><legend>${say(TEXTS.once)}</legend>
${Object.keys(ACTIONS).map((action) => actionForm(name, action, say))}
</fieldset></section>
`;
}

function switchRow(owner: string, name: SwitchName, faults: SimulatedFaults, say: Say): Html {
  const id = `${owner}-${name}`;
  const isChanged = faults[name] !== NO_FAULTS[name];
  return html`<div class="row${isChanged ? " changed" : ""}"><label for="${id}">${say(SWITCHES[name].about)} <code>${name}</code></label>
${control({ id, name, field: SWITCHES[name], value: faults[name], say })}</div>
`;
}

function actionForm(owner: string, name: string, say: Say): Html | null {
  const action = ACTIONS[name];
  if (action === undefined) return null;
  return html`<form class="row" method="post" action="./"><input type="hidden" name="do" value="action">
<input type="hidden" name="interface" value="${owner}"><input type="hidden" name="name" value="${name}">
<label for="${owner}-${name}">${say(action.about)} <code>${name}</code></label><button id="${owner}-${name}">${say(TEXTS.run)}</button>
${Object.entries(action.fields).map(([parameter, field]) => {
  const id = `${owner}-${name}-${parameter}`;
  return html`<label for="${id}">${say(field.about)}</label>${control({ id, name: parameter, field, value: action.usual[parameter], say })}`;
})}</form>
`;
}

function control({ id, name, field, value, say }: { id: string; name: string; field: Field<unknown>; value: unknown; say: Say }): Html {
  const { input } = field;
  const text = value === null || value === undefined ? "" : String(value);
  switch (input.kind) {
    case "flag":
      return value === true
        ? html`<input type="checkbox" id="${id}" name="${name}" checked>`
        : html`<input type="checkbox" id="${id}" name="${name}">`;
    case "choice":
      return html`<select id="${id}" name="${name}">${Object.entries(input.values).map(([each, about]) => option(each, say(about), each === value))}</select>`;
    case "number":
      return html`<input type="number" id="${id}" name="${name}" min="${input.min}" max="${input.max}" step="${input.fraction ? "any" : "1"}" value="${text}">`;
    default:
      return html`<input id="${id}" name="${name}" value="${text}">`;
  }
}

function option(value: string, about: string, isSelected: boolean): Html {
  return isSelected
    ? html`<option value="${value}" selected>${value}: ${about}</option>`
    : html`<option value="${value}">${value}: ${about}</option>`;
}
