import type { Language, LocalText } from "../../base/local-text.ts";
import type { HomeAssistantCommand } from "../home-assistant-session.ts";
import type { CompanionState } from "./companion-state.ts";

const NOTIFICATION_ID = "homematic_vitals_restart";

const TITLE: LocalText = { en: "Homematic Vitals: restart Home Assistant", de: "Homematic Vitals: Home Assistant neu starten" };
const MESSAGES: Partial<Readonly<Record<CompanionState, LocalText>>> = {
  restart_pending: {
    en: "The integration Homematic Vitals is installed. Restart Home Assistant (Settings > System, the power symbol at the top), then confirm Homematic Vitals under Settings > Devices & services.",
    de: "Die Integration Homematic Vitals ist installiert. Starten Sie Home Assistant neu (Einstellungen > System, das Symbol oben rechts) und bestätigen Sie dann Homematic Vitals unter Einstellungen > Geräte & Dienste.",
  },
  update_restart_pending: {
    en: "The integration Homematic Vitals is installed in another version than the one that runs. Restart Home Assistant when it suits you (Settings > System, the power symbol at the top); until then the running version goes on.",
    de: "Die Integration Homematic Vitals ist in einer anderen Version installiert als der laufenden. Starten Sie Home Assistant neu, wenn es passt (Einstellungen > System, das Symbol oben rechts); bis dahin läuft die bisherige Version weiter.",
  },
};

export function needsRestart(state: CompanionState): boolean {
  return MESSAGES[state] !== undefined;
}

/** Asks the user for the restart, or takes the request back: a notification of Home Assistant, which a restart removes by itself. */
export function restartNotice(state: CompanionState, language: Language): HomeAssistantCommand {
  const message = MESSAGES[state];
  const service = message === undefined ? "dismiss" : "create";
  const data = message === undefined ? {} : { title: TITLE[language], message: message[language] };
  return {
    type: "call_service",
    domain: "persistent_notification",
    service,
    service_data: { notification_id: NOTIFICATION_ID, ...data },
  };
}
