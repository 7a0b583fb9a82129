import type { LocalText } from "../../base/local-text.ts";
import type { CcuStatus, QuietStatus } from "../status.ts";
import { type FormView, formOfChoices } from "./forms.ts";
import { type Html, html } from "./html.ts";
import { timeLeft, type View } from "./view.ts";

const MINUTES: readonly number[] = [10, 30, 60];

const TITLE: LocalText = { en: "Maintenance", de: "Wartung" };
const OFFER: LocalText = {
  en: "Are you about to restart or update this CCU? Announce it here first.",
  de: "Wollen Sie diese CCU neu starten oder aktualisieren? Kündigen Sie es vorher hier an.",
};
const MEANING: LocalText = {
  en: "Meanwhile nobody is alarmed: in Home Assistant, Problem stays off, and no incident and no repair is reported. This page and all other sensors go on telling the truth, and what is still wrong afterwards is reported then.",
  de: "Währenddessen gibt es keinen Alarm: In Home Assistant bleibt Problem aus, und es wird kein Vorfall und keine Reparatur gemeldet. Diese Seite und alle anderen Sensoren sagen weiter die Wahrheit, und was danach noch gestört ist, wird dann gemeldet.",
};
const REASONS: Readonly<Record<QuietStatus["reason"], LocalText>> = {
  announced: { en: "Maintenance is announced.", de: "Wartung ist angekündigt." },
  maintenance: { en: "This is the daily time for maintenance.", de: "Das ist die tägliche Zeit für Wartung." },
  boot: { en: "The CCU is starting.", de: "Die CCU startet gerade." },
};
const ENDS: LocalText = { en: "Alarms come again at the latest in", de: "Alarm gibt es wieder spätestens in" };
const BEGIN: LocalText = { en: "Announce for", de: "Ankündigen für" };
const BEGIN_ANEW: LocalText = { en: "Announce anew, from now on for", de: "Neu ankündigen, ab jetzt für" };
const END: LocalText = { en: "End now", de: "Jetzt beenden" };

/** Why nobody is alarmed at present, until when, and the way to announce it for a while; works without scripts. */
export function maintenanceCard({ name, quiet }: CcuStatus, form: FormView, view: View): Html {
  const { language } = view;
  const field = { fields: { ccu: name }, name: "minutes" };
  const choices = MINUTES.map((minutes) => ({ value: String(minutes), label: `${minutes}\u00a0min` }));
  const isAnnounced = quiet?.reason === "announced";
  const label = (isAnnounced ? BEGIN_ANEW : BEGIN)[language];
  return html`<article class="card maintenance"><header><h3>${TITLE[language]}</h3></header>
${quiet === null ? html`<p>${OFFER[language]}</p>` : state(quiet, view)}
${isAnnounced ? formOfChoices(form, { ...field, choices: [{ value: "0", label: END[language] }] }) : null}
<p class="hint">${MEANING[language]}</p>
${formOfChoices(form, { ...field, label, choices })}
</article>`;
}

function state({ reason, until }: QuietStatus, { language, nowMs }: View): Html {
  const seconds = Math.max(0, Date.parse(until) - nowMs) / 1_000;
  return html`<p><strong>${REASONS[reason][language]}</strong> ${ENDS[language]} ${timeLeft(seconds)}.</p>`;
}
