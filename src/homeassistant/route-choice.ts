import { HomematicError, isHomematicError } from "../base/errors.ts";
import { fill, type LocalText } from "../base/local-text.ts";
import type { Options } from "../config.ts";
import type { OpenRoute, Route } from "./route.ts";
import type { RouteName } from "./route-memory.ts";
import { problemText } from "./session-problems.ts";

export interface ChosenRoute {
  readonly route: Route;
  readonly open: OpenRoute;
}

export type Routes = Readonly<Record<RouteName, Route>>;

const CONFIGURED: Readonly<Record<Options["publish"], RouteName | null>> = { auto: null, integration: "companion", mqtt: "mqtt" };

/** The route that is wanted before any was tried: the configured one, else the one used before; null: whichever is there. */
export function wantedRoute(publish: Options["publish"], used: RouteName | null): RouteName | null {
  return CONFIGURED[publish] ?? used;
}

/**
 * The route to publish by. Left to itself the add-on stays with the one it used before; the first time it takes the companion if that
 * runs, else MQTT if Home Assistant has it. Throws a HomematicError that says what to do when there is none.
 */
export async function chooseRoute({
  publish,
  used,
  routes,
  signal,
}: {
  publish: Options["publish"];
  used: RouteName | null;
  routes: Routes;
  signal: AbortSignal;
}): Promise<ChosenRoute> {
  const name = wantedRoute(publish, used);
  if (name !== null) return { route: routes[name], open: await routes[name].open(signal) };
  try {
    return { route: routes.companion, open: await routes.companion.open(signal) };
  } catch (error) {
    if (!isHomematicError(error, "COMPANION_MISSING", "COMPANION_NOT_LOADED")) throw error;
    return { route: routes.mqtt, open: await openInstead(routes.mqtt, error, signal) };
  }
}

/** Without MQTT the way to go is the companion; MQTT is only mentioned. */
async function openInstead(mqtt: Route, problem: HomematicError, signal: AbortSignal): Promise<OpenRoute> {
  try {
    return await mqtt.open(signal);
  } catch (error) {
    if (isHomematicError(error, "MQTT_MISSING")) {
      throw new HomematicError({ code: problem.code, message: twoSentences(problem, OR_MQTT), cause: problem });
    }
    if (!isHomematicError(error, "MQTT_FAILED")) throw error;
    throw new HomematicError({ code: problem.code, message: twoSentences(problem, problemText(error)), cause: problem });
  }
}

const OR_MQTT: LocalText = {
  en: "Or set up MQTT in Home Assistant; then nothing has to be installed",
  de: "Oder richten Sie MQTT in Home Assistant ein; dann muss nichts installiert werden",
};

function twoSentences(problem: HomematicError, second: LocalText): LocalText {
  return fill({ en: "{first}. {second}", de: "{first}. {second}" }, { first: problemText(problem), second });
}
