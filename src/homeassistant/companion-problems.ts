import { z } from "zod";
import { type ErrorCode, HomematicError, isHomematicError } from "../base/errors.ts";
import { INTEGRATION, PROTOCOL, type ProtocolRange } from "./companion-protocol.ts";
import type { HomeAssistantSession } from "./home-assistant-session.ts";
import { STARTING_MESSAGE } from "./home-assistant-socket.ts";

interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
}

type ProblemName =
  | "missing"
  | "notConfigured"
  | "notLoaded"
  | "unloaded"
  | "companionTooOld"
  | "appTooOld"
  | "unexpectedAnswer"
  | "conflict"
  | "replaced"
  | "sessionLost"
  | "refused"
  | "notAdmin"
  | "starting";

/** What hinders the publishing, and what to do about it. */
const PROBLEMS: Readonly<Record<ProblemName, Problem>> = {
  missing: {
    code: "COMPANION_MISSING",
    message:
      'The integration "Homematic Vitals" is not installed in Home Assistant. Install it; if it is installed already, restart Home Assistant',
  },
  notConfigured: {
    code: "COMPANION_NOT_LOADED",
    message: 'The integration "Homematic Vitals" is installed but not added. Add it in Home Assistant under Settings > Devices & services',
  },
  notLoaded: {
    code: "COMPANION_NOT_LOADED",
    message:
      'The integration "Homematic Vitals" is added but does not run. Open it in Home Assistant under Settings > Devices & services, and enable or reload it',
  },
  unloaded: {
    code: "COMPANION_NOT_LOADED",
    message: 'The integration "Homematic Vitals" was stopped in Home Assistant. Values follow as soon as it runs again',
  },
  companionTooOld: {
    code: "COMPANION_PROTOCOL",
    message: 'The integration "Homematic Vitals" is too old for this add-on. Update the integration and restart Home Assistant',
  },
  appTooOld: {
    code: "COMPANION_PROTOCOL",
    message: 'This add-on is too old for the integration "Homematic Vitals". Update the add-on',
  },
  unexpectedAnswer: {
    code: "COMPANION_PROTOCOL",
    message:
      'The integration "Homematic Vitals" gave an answer that this add-on does not understand. Update both and restart Home Assistant',
  },
  conflict: {
    code: "COMPANION_CONFLICT",
    message: "Another instance of this add-on already publishes to this Home Assistant. Stop one of the two",
  },
  replaced: {
    code: "COMPANION_CONFLICT",
    message: "Another instance of this add-on with the same identity took over, perhaps one restored from a backup. Stop one of the two",
  },
  sessionLost: {
    code: "HOME_ASSISTANT_CLOSED",
    message: 'The integration "Homematic Vitals" ended the session; it is being opened again',
  },
  refused: {
    code: "COMPANION_PROTOCOL",
    message: 'The integration "Homematic Vitals" refuses what this add-on sends. Update both and restart Home Assistant',
  },
  notAdmin: {
    code: "HOME_ASSISTANT_UNAUTHORIZED",
    message: "The access token belongs to a user who is not an administrator. Create it as an administrator of Home Assistant",
  },
  starting: { code: "HOME_ASSISTANT_STARTING", message: STARTING_MESSAGE },
};

/** Said while all else works. */
export const OLD_COMPANION =
  'The integration "Homematic Vitals" is older than this add-on and shows three sensors for each CCU only. Update it and restart Home Assistant to see all; until then these three keep working';

/** Answers of the companion that have a meaning here. */
const COMPANION_ANSWERS: ReadonlyMap<string | null, Problem> = new Map([
  ["not_loaded", PROBLEMS.notLoaded],
  ["instance_conflict", PROBLEMS.conflict],
  ["protocol_mismatch", PROBLEMS.companionTooOld],
  ["no_session", PROBLEMS.sessionLost],
  ["invalid_format", PROBLEMS.refused],
]);

export function problem(name: ProblemName, cause?: unknown): HomematicError {
  return new HomematicError({ ...PROBLEMS[name], cause });
}

/** The code with which Home Assistant refused a command; null for any other failure. */
export function haCode(error: unknown): string | null {
  if (!isHomematicError(error, "HOME_ASSISTANT_COMMAND_FAILED")) return null;
  const { haCode: code } = error.context;
  return typeof code === "string" ? code : null;
}

/** Home Assistant answered, only not with what was asked for. */
export function isRefusal(error: unknown): boolean {
  return isHomematicError(error, "HOME_ASSISTANT_COMMAND_FAILED");
}

/** The failure in words for people where the refusal has a known meaning. */
export function explain(error: unknown): unknown {
  const code = haCode(error);
  const isCompanions = isHomematicError(error) && String(error.context["command"]).startsWith(`${INTEGRATION}/`);
  const known = code === "unauthorized" ? PROBLEMS.notAdmin : isCompanions ? COMPANION_ANSWERS.get(code) : undefined;
  return known === undefined ? error : new HomematicError({ ...known, cause: error });
}

/** The highest protocol that both sides speak; throws COMPANION_PROTOCOL if there is none. */
export function commonProtocol(theirs: ProtocolRange): number {
  if (theirs.max < PROTOCOL.min) throw problem("companionTooOld");
  if (theirs.min > PROTOCOL.max) throw problem("appTooOld");
  return Math.min(theirs.max, PROTOCOL.max);
}

const coreConfig = z.object({ state: z.string() });

/** Why Home Assistant does not know the companion's commands. */
export async function explainAbsence(command: HomeAssistantSession["command"]): Promise<HomematicError> {
  const config = coreConfig.safeParse(await command({ type: "get_config" })).data;
  if (config !== undefined && config.state !== "RUNNING") return problem("starting");
  try {
    await command({ type: "manifest/get", integration: INTEGRATION });
    return problem("notConfigured");
  } catch (error) {
    if (haCode(error) === "not_found") return problem("missing", error);
    throw error;
  }
}
