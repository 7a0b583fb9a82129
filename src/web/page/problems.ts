import { PATH_NAMES } from "../path-names.ts";
import type { AppStatus, CauseStatus, CcuStatus, InterfaceStatus } from "../status.ts";
import { ended, foreign, type Html, html } from "./html.ts";
import type { Level, View } from "./view.ts";

/** One thing that is wrong, with whom it concerns and what to do. */
export interface Problem {
  readonly level: "problem" | "warning";
  /** Names of interfaces, or of the CCU. */
  readonly who: readonly string[];
  readonly what: string;
  readonly remedy: string | null;
  readonly since: string | null;
}

/** Of the integration's guide: it runs. */
const LAST_STEP = 4;

export const CAUSE_LEVELS: Readonly<Record<CauseStatus["severity"], Level>> = { critical: "problem", degraded: "warning", notice: "none" };

/** All that is wrong, the worst first; what several interfaces share is said once. */
export function problemsOf(status: AppStatus, view: View): readonly Problem[] {
  const problems = [
    ...status.ccus.flatMap((ccu) => ccuProblems(ccu, status.ccus.length > 1, view)),
    ...homeAssistantProblems(status, view),
  ];
  return problems.filter(({ level }) => level === "problem").concat(problems.filter(({ level }) => level === "warning"));
}

export function who(names: readonly string[]): Html {
  return html`${names.map((name, index) => html`${index > 0 ? ", " : ""}${foreign(name)}`)}`;
}

function ccuProblems(ccu: CcuStatus, named: boolean, view: View): readonly Problem[] {
  const found = ccu.interfaces.flatMap((one) => interfaceProblems(one, view));
  if (ccu.cause?.interface === null) found.push(...causeProblems(ccu.name, ccu.cause, ccu.search?.since ?? null, view));
  const health = ccu.sensors.systemHealth.value;
  if (found.length === 0 && health !== null && health < 100) {
    found.push({ level: "warning", who: [ccu.name], what: view.texts.verdict.lowHealth, remedy: null, since: null });
  }
  const alike = Map.groupBy(found, ({ what, remedy }) => `${what}\n${remedy}`);
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const names = group.flatMap((problem) => problem.who);
    const isWhole = group.length > 1 && group.length === ccu.interfaces.length;
    const prefix = named && names[0] !== ccu.name ? [ccu.name] : [];
    return [{ ...first, who: isWhole ? [ccu.name] : [...prefix, ...names], since: earliest(group.map(({ since }) => since)) }];
  });
}

function interfaceProblems({ name, cause, paths }: InterfaceStatus, view: View): readonly Problem[] {
  const failing = PATH_NAMES.filter((path) => paths[path].state === "failing");
  const failingSince = earliest(failing.map((path) => paths[path].since));
  if (cause !== null && cause.severity !== "notice") return causeProblems(name, cause, failingSince, view);
  if (failing.length === 0) return [];
  const what = failing.map((path) => view.texts.pathProblems[path]).join(", ");
  return [{ level: "problem", who: [name], what, remedy: null, since: failingSince }];
}

/** It began when the first thing failed, although the cause may have been found, or have become another one, later. */
function causeProblems(name: string, cause: CauseStatus, failingSince: string | null, { language }: View): readonly Problem[] {
  const { severity, message, remedy } = cause;
  if (severity === "notice") return [];
  const level = severity === "critical" ? "problem" : "warning";
  return [{ level, who: [name], what: message[language], remedy: remedy[language], since: earliest([cause.since, failingSince]) }];
}

/**
 * Only what comes with advice: connecting at the start is no problem, and neither is having no Home Assistant. While the integration
 * is still to be installed its guide says what to do.
 */
function homeAssistantProblems(status: AppStatus, { texts, language }: View): readonly Problem[] {
  const { state, since, message } = status.homeAssistant;
  if (state === "off" || message === null || isGuided(status)) return [];
  const said = { who: ["Home Assistant"], remedy: null, since };
  if (state === "publishing") return [{ ...said, level: "warning", what: ended(message[language]) }];
  return [{ ...said, level: "problem", what: `${texts.verdict.homeAssistant}. ${ended(message[language])}` }];
}

/** The last step is over, and a Home Assistant that does not answer leads nobody on. */
export function isGuided({ companion }: Pick<AppStatus, "companion">): boolean {
  return companion !== null && companion.state !== "unknown" && companion.step !== null && companion.step < LAST_STEP;
}

/** Times of one source compare as text. */
export function earliest(times: readonly (string | null)[]): string | null {
  return times.filter((time) => time !== null).sort()[0] ?? null;
}
