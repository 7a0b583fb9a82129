import { HomematicError } from "../base/errors.ts";

const SUPERVISOR_URL = "ws://supervisor/core/websocket";
const PROTOCOLS: Readonly<Record<string, string>> = { "http:": "ws:", "https:": "wss:", "ws:": "ws:", "wss:": "wss:" };

export interface HomeAssistantTarget {
  readonly url: string;
  readonly token: string;
}

interface HomeAssistantEnv {
  readonly SUPERVISOR_TOKEN?: string | undefined;
  readonly HOME_ASSISTANT_URL?: string | undefined;
  readonly HOME_ASSISTANT_TOKEN?: string | undefined;
}

/**
 * Where Home Assistant is: the options first, then the Supervisor that runs the add-on, then the environment; null when nobody says.
 * Throws CONFIG_INVALID when a pair is incomplete or the address cannot be used.
 */
export function homeAssistantTarget({
  url,
  token,
  env,
}: {
  url: string;
  token: string;
  env: HomeAssistantEnv;
}): HomeAssistantTarget | null {
  const configured = pair({ url, token, urlField: "home_assistant.url", tokenField: "home_assistant.token" });
  if (configured !== null) return configured;
  if (env.SUPERVISOR_TOKEN) return { url: SUPERVISOR_URL, token: env.SUPERVISOR_TOKEN };
  return pair({
    url: env.HOME_ASSISTANT_URL ?? "",
    token: env.HOME_ASSISTANT_TOKEN ?? "",
    urlField: "HOME_ASSISTANT_URL",
    tokenField: "HOME_ASSISTANT_TOKEN",
  });
}

/** The address of Home Assistant's WebSocket API below `url`; throws CONFIG_INVALID with `field` when `url` is no such address. */
export function webSocketAddress(url: string, field = "home_assistant.url"): URL {
  const address = URL.parse(url);
  const protocol = PROTOCOLS[address?.protocol ?? ""];
  // What was given is not repeated: a token pasted into the wrong field would end up in the log.
  if (address === null || protocol === undefined) {
    throw invalid(field, "is not an http, https, ws or wss address such as http://homeassistant.local:8123");
  }
  address.protocol = protocol;
  address.hash = "";
  address.search = "";
  const path = address.pathname.replace(/\/+$/, "");
  address.pathname = path.endsWith("/websocket") ? path : `${path}/api/websocket`;
  return address;
}

function pair(given: { url: string; token: string; urlField: string; tokenField: string }): HomeAssistantTarget | null {
  const url = given.url.trim();
  const token = given.token.trim();
  if (url === "" && token === "") return null;
  if (url === "") throw invalid(given.urlField, `is missing; it belongs to ${given.tokenField}`);
  if (token === "") throw invalid(given.tokenField, `is missing; it belongs to ${given.urlField}`);
  webSocketAddress(url, given.urlField);
  return { url, token };
}

function invalid(field: string, problem: string): HomematicError {
  return new HomematicError({ code: "CONFIG_INVALID", message: `${field} ${problem}`, context: { field } });
}
