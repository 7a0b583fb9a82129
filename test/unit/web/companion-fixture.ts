import type { CompanionStatus } from "../../../src/web/status.ts";
import { ago } from "./status-fixture.ts";

export function companionStatus(changes: Partial<CompanionStatus> = {}): CompanionStatus {
  return {
    state: "offered",
    since: ago(61),
    message: { en: "It is not installed: choose Install.", de: "Sie ist nicht installiert: Wählen Sie Installieren." },
    hint: null,
    step: 1,
    canInstall: false,
    versions: { bundled: "0.1.0", installed: null, running: null },
    ...changes,
  };
}
