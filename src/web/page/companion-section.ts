import type { AppStatus, CompanionStatus } from "../status.ts";
import { type FormView, formOf } from "./forms.ts";
import { type Html, html, sentence } from "./html.ts";
import { ageOf, icon, type Level, type View } from "./view.ts";

const TROUBLE: readonly string[] = ["failed", "not_loaded", "edited", "foreign"];

type Place = "system" | "integrations" | "integration";

/** Where in Home Assistant the user can do what the state asks for. */
const PLACES: ReadonlyMap<string, Place> = new Map([
  ["restart_pending", "system"],
  ["update_restart_pending", "system"],
  ["not_added", "integrations"],
  ["not_loaded", "integration"],
]);
/** Home Assistant always lives at the root of its address. */
const ADDRESSES: Readonly<Record<Place, string>> = {
  system: "/config/system",
  integrations: "/config/integrations/dashboard",
  integration: "/config/integrations/integration/homematic_vitals",
};

/** There is something to do or to wait for: that comes before everything else on the page. */
export function companionNeedsUser({ companion, homeAssistant }: AppStatus): boolean {
  return companion !== null && !(companion.state === "running" && homeAssistant.state === "publishing");
}

/** Where the companion integration stands, with the guide until the first sensors are there. `install` is the form to ask for it. */
export function companionSection(status: AppStatus, install: FormView | null, view: View): Html | null {
  const { companion } = status;
  if (companion === null) return null;
  const { texts, language } = view;
  const { since, message, hint, step } = companion;
  return html`<section class="card companion">${icon(levelOf(companion))}<div>
<h2>${texts.companion.title} <span class="age">${texts.since} ${ageOf(since, view)}</span></h2>
<p>${message[language]}</p>
${hint === null ? null : html`<p class="hint">${sentence(hint[language])}</p>`}
${status.app.inHomeAssistant ? wayTo(PLACES.get(companion.state), view) : null}
${step !== null && companionNeedsUser(status) ? guide(step, view) : null}
${companion.canInstall && install !== null ? form(install, view) : null}
</div></section>`;
}

/** Leaves the frame in which Home Assistant shows this page. */
function wayTo(place: Place | undefined, { texts }: View): Html | null {
  if (place === undefined) return null;
  return html`<p><a class="button" href="${ADDRESSES[place]}" target="_top">${texts.companion.ways[place]}</a></p>`;
}

function levelOf({ state }: CompanionStatus): Level {
  if (state === "running") return "ok";
  return TROUBLE.includes(state) ? "problem" : "unknown";
}

function guide(current: number, { texts }: View): Html {
  const steps = texts.companion.steps.map((sentence, index) => {
    const number = index + 1;
    if (number === current) return html`<li aria-current="step">${sentence}</li>`;
    return number < current
      ? html`<li class="done">${sentence} <span class="words">(${texts.companion.done})</span></li>`
      : html`<li>${sentence}</li>`;
  });
  return html`<ol class="steps">${steps}</ol>`;
}

function form(install: FormView, { texts }: View): Html {
  return html`${formOf(install, texts.companion.install)}
<p class="hint">${texts.companion.consent}</p>`;
}
