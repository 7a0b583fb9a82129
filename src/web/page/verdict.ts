import { PATH_NAMES } from "../path-names.ts";
import type { AppStatus, CcuStatus, InterfaceStatus } from "../status.ts";
import { foreign, type Html, html } from "./html.ts";
import { icon, type Level, type View } from "./view.ts";

const MAX_PROBLEMS = 3;

interface Verdict {
  readonly level: Level;
  readonly text: string;
  readonly problems: readonly Html[];
}

/** The one answer to "is it healthy?". Holds nothing that counts, so that it is read out only when it changes. */
export function judge(status: AppStatus, view: View): Verdict {
  const { verdict } = view.texts;
  const problems = [
    ...status.ccus.flatMap((ccu) => ccuProblems(ccu, status.ccus.length > 1, view)),
    ...homeAssistantProblems(status, view),
  ];
  if (problems.length > 0) return { level: "problem", text: verdict.problem, problems };
  if (status.ccus.length === 0) return { level: "unknown", text: verdict.noCcu, problems };
  const known = status.ccus.every((ccu) => ccu.sensors.systemHealth.value !== null);
  return known ? { level: "ok", text: verdict.ok, problems } : { level: "unknown", text: verdict.unknown, problems };
}

export function renderVerdict({ level, text, problems }: Verdict, { texts }: View): Html {
  const shown = problems.slice(0, MAX_PROBLEMS).map((problem) => html`<li>${problem}</li>`);
  const more = problems.length - shown.length;
  return html`<section class="verdict ${level}" role="status">
${icon(level)}
<div><h2>${text}${problems.length > 0 ? ":" : ""}</h2>
${problems.length > 0 ? html`<ul>${shown}${more > 0 ? html`<li>+ ${more} ${texts.verdict.more}</li>` : null}</ul>` : null}</div>
</section>`;
}

function ccuProblems(ccu: CcuStatus, named: boolean, view: View): readonly Html[] {
  const prefix = named ? html`${foreign(ccu.name)}, ` : html``;
  const failing = ccu.interfaces.flatMap((one) => interfaceProblem(one, view)).map((problem) => html`${prefix}${problem}`);
  const health = ccu.sensors.systemHealth.value;
  if (failing.length > 0 || health === null || health >= 100) return failing;
  return [html`${foreign(ccu.name)} ${view.texts.verdict.lowHealth}`];
}

function interfaceProblem({ name, paths }: InterfaceStatus, { texts }: View): readonly Html[] {
  const failing = PATH_NAMES.filter((path) => paths[path].state === "failing").map((path) => texts.pathProblems[path]);
  return failing.length === 0 ? [] : [html`${foreign(name)} ${failing.join(", ")}`];
}

/** Only what comes with advice: connecting at the start is no problem, and neither is having no Home Assistant. */
function homeAssistantProblems({ homeAssistant: { state, message } }: AppStatus, { texts }: View): readonly Html[] {
  return state === "off" || message === null ? [] : [html`${texts.verdict.homeAssistant}`];
}
