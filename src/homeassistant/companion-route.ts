import { commonProtocol, explainAbsence, haCode, problem } from "./companion-problems.ts";
import { helloAnswer, helloCommand } from "./companion-protocol.ts";
import { CompanionSession } from "./companion-session.ts";
import type { HomeAssistantSession } from "./home-assistant-session.ts";
import type { OpenRoute, Route, RouteParts } from "./route.ts";

/** Into Home Assistant through the companion integration. */
export class CompanionRoute implements Route {
  readonly name = "companion";
  readonly #parts: RouteParts;

  constructor(parts: RouteParts) {
    this.#parts = parts;
  }

  async open(signal: AbortSignal): Promise<OpenRoute> {
    const { session, app, logger } = this.#parts;
    const command: HomeAssistantSession["command"] = (payload) => session.command(payload, { signal });
    const hello = await command(helloCommand(app)).catch(async (error: unknown) => {
      throw haCode(error) === "unknown_command" ? await explainAbsence(command) : error;
    });
    const answer = helloAnswer.safeParse(hello);
    if (!answer.success) throw problem("unexpectedAnswer", answer.error);
    const { entry_state: entryState, protocol, integration_version: version } = answer.data;
    logger.debug({ version, entryState, protocol }, "the companion integration answers");
    if (entryState === "not_configured") throw problem("notConfigured");
    if (entryState === "not_loaded") throw problem("notLoaded");
    return new CompanionSession({ parts: this.#parts, protocol: commonProtocol(protocol) });
  }
}
