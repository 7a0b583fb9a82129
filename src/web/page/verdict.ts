import { PATH_NAMES } from "../path-names.ts";
import type { AppStatus } from "../status.ts";
import { type Html, html, sentence } from "./html.ts";
import { earliest, type Problem, problemsOf, who } from "./problems.ts";
import { ageOf, icon, type Level, type View } from "./view.ts";

const MAX_PROBLEMS = 3;
const DEVICE_SIGNALS = ["unreachableDevices", "lowBatteries", "serviceMessages"] as const;

interface Verdict {
  readonly level: Level;
  readonly text: string;
  readonly problems: readonly Problem[];
  /** null where nothing is known. */
  readonly since: string | null;
  /** What else there is to say or to do. */
  readonly hint: string | null;
}

/** The one answer to "is it healthy, since when, what is wrong, what do I do?". */
export function judge(status: AppStatus, view: View): Verdict {
  const { verdict } = view.texts;
  const problems = problemsOf(status, view);
  const [worst] = problems;
  if (worst !== undefined) {
    const text = worst.level === "problem" ? verdict.problem : verdict.warning;
    return { level: worst.level, text, problems, since: earliest(problems.map(({ since }) => since)), hint: null };
  }
  if (status.ccus.length === 0) return { level: "unknown", text: verdict.noCcu, problems, since: null, hint: verdict.enterCcu };
  const known = status.ccus.every((ccu) => ccu.sensors.systemHealth.value !== null);
  return known
    ? { level: "ok", text: verdict.ok, problems, since: okSince(status), hint: worthALook(status, view) }
    : { level: "unknown", text: verdict.unknown, problems, since: null, hint: verdict.wait };
}

/** The words are a region of their own that holds nothing that counts, so that they are read out only when they change. */
export function renderVerdict({ level, text, problems, since, hint }: Verdict, view: View): Html {
  const more = problems.length - MAX_PROBLEMS;
  return html`<section class="verdict ${level}">
${icon(level)}
<div><div role="status"><h2>${text}</h2>
${problems.length > 0 ? html`<ul>${problems.slice(0, MAX_PROBLEMS).map((problem) => item(problem, view))}${more > 0 ? html`<li>+ ${more} ${view.texts.verdict.more}</li>` : null}</ul>` : null}</div>
${since === null ? null : html`<p class="hint">${view.texts.since} ${ageOf(since, view)}</p>`}
${hint === null ? null : html`<p class="remedy">${hint}</p>`}</div>
</section>`;
}

function item({ who: names, what, remedy }: Problem, { texts }: View): Html {
  return html`<li>${names.length > 0 ? html`<strong>${who(names)}:</strong> ` : null}${sentence(what)}${remedy === null ? null : html`<br><span class="remedy">${texts.whatToDo}: ${sentence(remedy)}</span>`}</li>`;
}

/** What devices ask for while all is well between the CCU and here; null when they ask for nothing. */
function worthALook({ ccus }: AppStatus, { texts }: View): string | null {
  const counted = DEVICE_SIGNALS.flatMap((name) => {
    const count = ccus.reduce((sum, { signals }) => sum + (signals[name]?.value ?? 0), 0);
    return count === 0 ? [] : [`${texts.signals[name]} (${count})`];
  });
  return counted.length === 0 ? null : `${texts.verdict.worthALook}: ${counted.join(", ")}`;
}

/** Since the last path came back. */
function okSince({ ccus }: AppStatus): string | null {
  const paths = ccus.flatMap(({ interfaces }) => interfaces.flatMap((one) => PATH_NAMES.map((name) => one.paths[name])));
  const known = paths.filter(({ state }) => state === "ok").map(({ since }) => since);
  return known.sort().at(-1) ?? null;
}
