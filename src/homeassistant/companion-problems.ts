import { z } from "zod";
import { type ErrorCode, HomematicError, isHomematicError } from "../base/errors.ts";
import type { LocalText } from "../base/local-text.ts";
import { INTEGRATION, PROTOCOL, type ProtocolRange } from "./companion-protocol.ts";
import type { HomeAssistantSession } from "./home-assistant-session.ts";
import { sessionProblem } from "./session-problems.ts";

interface Problem {
  readonly code: ErrorCode;
  readonly message: LocalText;
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
  | "notAdmin";

/** What hinders the publishing, and what to do about it. */
const PROBLEMS: Readonly<Record<ProblemName, Problem>> = {
  missing: {
    code: "COMPANION_MISSING",
    message: {
      en: 'The integration "Homematic Vitals" is not installed in Home Assistant. Install it; if it is installed already, restart Home Assistant',
      de: "Die Integration „Homematic Vitals“ ist in Home Assistant nicht installiert. Installieren Sie sie; ist sie schon installiert, starten Sie Home Assistant neu",
    },
  },
  notConfigured: {
    code: "COMPANION_NOT_LOADED",
    message: {
      en: 'The integration "Homematic Vitals" is installed but not added. Add it in Home Assistant under Settings > Devices & services',
      de: "Die Integration „Homematic Vitals“ ist installiert, aber nicht hinzugefügt. Fügen Sie sie in Home Assistant unter Einstellungen > Geräte & Dienste hinzu",
    },
  },
  notLoaded: {
    code: "COMPANION_NOT_LOADED",
    message: {
      en: 'The integration "Homematic Vitals" is added but does not run. Open it in Home Assistant under Settings > Devices & services, and enable or reload it',
      de: "Die Integration „Homematic Vitals“ ist hinzugefügt, läuft aber nicht. Öffnen Sie sie in Home Assistant unter Einstellungen > Geräte & Dienste und aktivieren Sie sie oder laden Sie sie neu",
    },
  },
  unloaded: {
    code: "COMPANION_NOT_LOADED",
    message: {
      en: 'The integration "Homematic Vitals" was stopped in Home Assistant. Values follow as soon as it runs again',
      de: "Die Integration „Homematic Vitals“ wurde in Home Assistant angehalten. Die Werte folgen, sobald sie wieder läuft",
    },
  },
  companionTooOld: {
    code: "COMPANION_PROTOCOL",
    message: {
      en: 'The integration "Homematic Vitals" is too old for this app. Update the integration and restart Home Assistant',
      de: "Die Integration „Homematic Vitals“ ist zu alt für diese App. Aktualisieren Sie die Integration und starten Sie Home Assistant neu",
    },
  },
  appTooOld: {
    code: "COMPANION_PROTOCOL",
    message: {
      en: 'This app is too old for the integration "Homematic Vitals". Update the app',
      de: "Diese App ist zu alt für die Integration „Homematic Vitals“. Aktualisieren Sie die App",
    },
  },
  unexpectedAnswer: {
    code: "COMPANION_PROTOCOL",
    message: {
      en: 'The integration "Homematic Vitals" gave an answer that this app does not understand. Update both and restart Home Assistant',
      de: "Die Integration „Homematic Vitals“ hat eine Antwort gegeben, die diese App nicht versteht. Aktualisieren Sie beide und starten Sie Home Assistant neu",
    },
  },
  conflict: {
    code: "COMPANION_CONFLICT",
    message: {
      en: "Another instance of this app already publishes to this Home Assistant. Stop one of the two",
      de: "Eine weitere Instanz dieser App veröffentlicht schon in diesem Home Assistant. Beenden Sie eine der beiden",
    },
  },
  replaced: {
    code: "COMPANION_CONFLICT",
    message: {
      en: "Another instance of this app with the same identity took over, perhaps one restored from a backup. Stop one of the two",
      de: "Eine weitere Instanz dieser App mit derselben Identität hat übernommen, vielleicht eine aus einer Sicherung wiederhergestellte. Beenden Sie eine der beiden",
    },
  },
  sessionLost: {
    code: "HOME_ASSISTANT_CLOSED",
    message: {
      en: 'The integration "Homematic Vitals" ended the session; it is being opened again',
      de: "Die Integration „Homematic Vitals“ hat die Sitzung beendet; sie wird neu aufgebaut",
    },
  },
  refused: {
    code: "COMPANION_PROTOCOL",
    message: {
      en: 'The integration "Homematic Vitals" refuses what this app sends. Update both and restart Home Assistant',
      de: "Die Integration „Homematic Vitals“ lehnt ab, was diese App sendet. Aktualisieren Sie beide und starten Sie Home Assistant neu",
    },
  },
  notAdmin: {
    code: "HOME_ASSISTANT_UNAUTHORIZED",
    message: {
      en: "The access token belongs to a user who is not an administrator. Create it as an administrator of Home Assistant",
      de: "Das Zugriffstoken gehört einem Benutzer, der kein Administrator ist. Erstellen Sie es als Administrator von Home Assistant",
    },
  },
};

/** Said while all else works. */
export const OLD_COMPANION: LocalText = {
  en: 'The integration "Homematic Vitals" is older than this app and shows three sensors for each CCU only. Update it and restart Home Assistant to see all; until then these three keep working',
  de: "Die Integration „Homematic Vitals“ ist älter als diese App und zeigt für jede CCU nur drei Sensoren. Aktualisieren Sie sie und starten Sie Home Assistant neu, um alle zu sehen; bis dahin funktionieren diese drei weiter",
};

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
  if (config !== undefined && config.state !== "RUNNING") return sessionProblem("starting");
  try {
    await command({ type: "manifest/get", integration: INTEGRATION });
    return problem("notConfigured");
  } catch (error) {
    if (haCode(error) === "not_found") return problem("missing", error);
    throw error;
  }
}
