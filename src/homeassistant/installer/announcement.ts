import { randomUUID } from "node:crypto";
import { isAbort, isHomematicError } from "../../base/errors.ts";
import type { LocalText } from "../../base/local-text.ts";
import { INTEGRATION } from "../companion-protocol.ts";
import type { SupervisorClient } from "../supervisor-client.ts";

const BY_STATUS: Readonly<Record<number, LocalText>> = {
  401: {
    en: "The Supervisor refuses the app's token, so Home Assistant does not offer the integration by itself: restart the app, or choose Add integration.",
    de: "Der Supervisor lehnt den Token der App ab, deshalb bietet Home Assistant die Integration nicht von selbst an: Starten Sie die App neu, oder wählen Sie Integration hinzufügen.",
  },
  403: {
    en: "The Supervisor does not let the app announce the integration: choose Add integration.",
    de: "Der Supervisor lässt die App die Integration nicht ankündigen: Wählen Sie Integration hinzufügen.",
  },
};
const UNREACHABLE: LocalText = {
  en: "The Supervisor does not take the announcement of the integration at present, which is tried again by itself: wait, or choose Add integration.",
  de: "Der Supervisor nimmt die Ankündigung der Integration gerade nicht an, was von selbst wiederholt wird: Warten Sie, oder wählen Sie Integration hinzufügen.",
};

/** Has Home Assistant offer the integration, so that the user only confirms. */
export class Announcement {
  readonly #supervisor: Pick<SupervisorClient, "announce">;
  readonly #instanceId: string;

  constructor({ supervisor, instanceId }: { supervisor: Pick<SupervisorClient, "announce">; instanceId: string }) {
    this.#supervisor = supervisor;
    this.#instanceId = instanceId;
  }

  /** Null when it was taken, else why not and what to do instead. Throws only the signal's reason. */
  async make(signal: AbortSignal): Promise<LocalText | null> {
    // The Supervisor stores an identical message but does not pass it on, and one sent while Home Assistant starts is lost.
    const config = { instance_id: this.#instanceId, announcement: randomUUID() };
    try {
      await this.#supervisor.announce({ service: INTEGRATION, config }, signal);
      return null;
    } catch (error) {
      if (signal.aborted || isAbort(error)) throw error;
      const status = isHomematicError(error) ? error.context["status"] : null;
      return (typeof status === "number" ? BY_STATUS[status] : undefined) ?? UNREACHABLE;
    }
  }
}
