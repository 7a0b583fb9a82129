import { type ErrorCode, HomematicError } from "../base/errors.ts";
import { haCode, isRefusal } from "./companion-problems.ts";

type MqttProblemName = "missing" | "disabled" | "notLoaded" | "broker" | "ignored";

/** What hinders publishing by MQTT, and what to do about it. */
const PROBLEMS: Readonly<Record<MqttProblemName, { readonly code: ErrorCode; readonly message: string }>> = {
  missing: {
    code: "MQTT_MISSING",
    message:
      "Home Assistant has no MQTT integration, which the option publish: mqtt needs. Add MQTT under Settings > Devices & services, or set publish to integration",
  },
  disabled: {
    code: "MQTT_MISSING",
    message:
      "The MQTT integration of Home Assistant is disabled. Enable it under Settings > Devices & services, or set publish to integration",
  },
  notLoaded: {
    code: "MQTT_FAILED",
    message:
      "The MQTT integration of Home Assistant does not run, perhaps because it cannot reach its broker. Open it under Settings > Devices & services to see why",
  },
  broker: {
    code: "MQTT_FAILED",
    message: "Home Assistant has no connection to the MQTT broker. Check that the broker runs; the values follow as soon as it is back",
  },
  ignored: {
    code: "MQTT_FAILED",
    message:
      'Home Assistant gets the values by MQTT but makes no entities of them. In the options of its MQTT integration switch discovery on and set the discovery prefix to "homeassistant"',
  },
};

export function mqttProblem(name: MqttProblemName, cause?: unknown): HomematicError {
  return new HomematicError({ ...PROBLEMS[name], cause });
}

/** Why a message could not be published. */
export function explainPublish(error: unknown): unknown {
  if (!isRefusal(error)) return error;
  const code = haCode(error);
  if (code === "not_found") return mqttProblem("missing", error);
  if (code === "service_validation_error") return mqttProblem("notLoaded", error);
  return code === "home_assistant_error" ? mqttProblem("broker", error) : error;
}
