/** Before everything of ours that others on the same broker can see. */
export const MQTT_PREFIX = "homematic_vitals_";

/** The id of a device on the broker: Home Assistant takes letters, digits, `-` and `_` only, so everything else is `_` and its code. */
export function mqttId(deviceId: string): string {
  return (
    MQTT_PREFIX + deviceId.replaceAll(/[^A-Za-z0-9-]/g, (char) => `_${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`)
  );
}

/** Back from `mqttId`; undefined for the id of somebody else. */
export function deviceIdOf(id: string): string | undefined {
  if (!id.startsWith(MQTT_PREFIX)) return undefined;
  return id.slice(MQTT_PREFIX.length).replaceAll(/_([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
