import { type ErrorCode, HomematicError } from "../base/errors.ts";
import type { LocalText } from "../base/local-text.ts";
import { haCode, isRefusal } from "./companion-problems.ts";

type MqttProblemName = "missing" | "disabled" | "notLoaded" | "broker" | "ignored";

/** What hinders publishing by MQTT, and what to do about it. */
const PROBLEMS: Readonly<Record<MqttProblemName, { readonly code: ErrorCode; readonly message: LocalText }>> = {
  missing: {
    code: "MQTT_MISSING",
    message: {
      en: "Home Assistant has no MQTT integration, which the option publish: mqtt needs. Add MQTT under Settings > Devices & services, or set publish to integration",
      de: "Home Assistant hat keine MQTT-Integration, die die Option publish: mqtt braucht. Fügen Sie MQTT unter Einstellungen > Geräte & Dienste hinzu oder setzen Sie publish auf integration",
    },
  },
  disabled: {
    code: "MQTT_MISSING",
    message: {
      en: "The MQTT integration of Home Assistant is disabled. Enable it under Settings > Devices & services, or set publish to integration",
      de: "Die MQTT-Integration von Home Assistant ist deaktiviert. Aktivieren Sie sie unter Einstellungen > Geräte & Dienste oder setzen Sie publish auf integration",
    },
  },
  notLoaded: {
    code: "MQTT_FAILED",
    message: {
      en: "The MQTT integration of Home Assistant does not run, perhaps because it cannot reach its broker. Open it under Settings > Devices & services to see why",
      de: "Die MQTT-Integration von Home Assistant läuft nicht, vielleicht weil sie ihren Broker nicht erreicht. Öffnen Sie sie unter Einstellungen > Geräte & Dienste, um den Grund zu sehen",
    },
  },
  broker: {
    code: "MQTT_FAILED",
    message: {
      en: "Home Assistant has no connection to the MQTT broker. Check that the broker runs; the values follow as soon as it is back",
      de: "Home Assistant hat keine Verbindung zum MQTT-Broker. Prüfen Sie, ob der Broker läuft; die Werte folgen, sobald er wieder da ist",
    },
  },
  ignored: {
    code: "MQTT_FAILED",
    message: {
      en: 'Home Assistant gets the values by MQTT but makes no entities of them. In the options of its MQTT integration switch discovery on and set the discovery prefix to "homeassistant"',
      de: "Home Assistant bekommt die Werte über MQTT, macht daraus aber keine Entitäten. Schalten Sie in den Optionen der MQTT-Integration die Erkennung ein und setzen Sie das Discovery-Präfix auf „homeassistant“",
    },
  },
};

export function mqttProblem(name: MqttProblemName, cause?: unknown): HomematicError {
  return new HomematicError({ ...PROBLEMS[name], cause });
}

/** Said while all else works. */
export const MQTT_IGNORED: LocalText = PROBLEMS.ignored.message;

/** Why a message could not be published. */
export function explainPublish(error: unknown): unknown {
  if (!isRefusal(error)) return error;
  const code = haCode(error);
  if (code === "not_found") return mqttProblem("missing", error);
  if (code === "service_validation_error") return mqttProblem("notLoaded", error);
  return code === "home_assistant_error" ? mqttProblem("broker", error) : error;
}
