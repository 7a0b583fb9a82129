import type { LocalText } from "../../base/local-text.ts";

export type MarketplaceAnswer =
  | "unknown_command"
  | "unauthorized"
  | "invalid_format"
  | "unknown_error"
  | "not_loaded"
  | "warning_not_accepted"
  | "github_not_connected"
  | "github_rate_limited"
  | "repository_not_found"
  | "repository_busy"
  | "repository_exists"
  | "replaces_built_in"
  | "app_repository"
  | "core_repository"
  | "add_failed"
  | "error"
  | "unexpected"
  | "starting"
  | "disabled_rate_limit"
  | "disabled_invalid_token"
  | "disabled_removed"
  | "installed_there"
  | "too_new"
  | "outdated";

/**
 * What the Marketplace may answer, as Core 2026.11 does (components/marketplace/websocket), and what we find in its answers:
 * each with the one thing to do.
 */
export const MARKETPLACE_ANSWERS: Readonly<Record<MarketplaceAnswer, LocalText>> = {
  // Codes of Home Assistant.
  unknown_command: {
    en: "This Home Assistant has no Marketplace: update it to 2026.11 or newer, or install the integration in another way.",
    de: "Dieses Home Assistant hat keinen Marketplace: Aktualisieren Sie es auf 2026.11 oder neuer, oder installieren Sie die Integration auf anderem Weg.",
  },
  unauthorized: {
    en: "The Marketplace takes orders from administrators only: create the access token as an administrator of Home Assistant.",
    de: "Der Marketplace gehorcht nur Administratoren: Erstellen Sie den Zugangstoken als Administrator von Home Assistant.",
  },
  invalid_format: {
    en: "The Marketplace did not understand the request: update the app.",
    de: "Der Marketplace hat die Anfrage nicht verstanden: Aktualisieren Sie die App.",
  },
  unknown_error: {
    en: "The Marketplace failed: see the log of Home Assistant.",
    de: "Der Marketplace ist gescheitert: Sehen Sie im Protokoll von Home Assistant nach.",
  },
  not_loaded: {
    en: "The Marketplace does not run: reload it in Home Assistant under Settings > Devices & services.",
    de: "Der Marketplace läuft nicht: Laden Sie ihn in Home Assistant unter Einstellungen > Geräte & Dienste neu.",
  },
  warning_not_accepted: {
    en: "The Marketplace installs only for a user who has accepted its warning, which the app does not do for you: open the Marketplace in Home Assistant, read the warning and download Homematic Vitals there.",
    de: "Der Marketplace installiert nur für Benutzer, die seinen Warnhinweis angenommen haben, und das tut die App nicht an Ihrer Stelle: Öffnen Sie den Marketplace in Home Assistant, lesen Sie den Hinweis und laden Sie Homematic Vitals dort herunter.",
  },
  github_not_connected: {
    en: "The Marketplace does not list Homematic Vitals and adds it only with a GitHub account: connect GitHub in the menu of the Marketplace.",
    de: "Der Marketplace führt Homematic Vitals nicht und fügt es nur mit einem GitHub-Konto hinzu: Verbinden Sie GitHub im Menü des Marketplace.",
  },
  github_rate_limited: {
    en: "GitHub limits how often it may be asked: try again in an hour, or connect GitHub in the menu of the Marketplace.",
    de: "GitHub begrenzt die Zahl der Anfragen: Versuchen Sie es in einer Stunde noch einmal, oder verbinden Sie GitHub im Menü des Marketplace.",
  },
  repository_not_found: {
    en: "The Marketplace does not know Homematic Vitals any more: open the Marketplace and look for it there.",
    de: "Der Marketplace kennt Homematic Vitals nicht mehr: Öffnen Sie den Marketplace und suchen Sie es dort.",
  },
  repository_busy: {
    en: "The Marketplace is installing Homematic Vitals at this moment: wait until it is done.",
    de: "Der Marketplace installiert Homematic Vitals gerade: Warten Sie, bis er fertig ist.",
  },
  repository_exists: {
    en: "The Marketplace has Homematic Vitals already but does not show it: restart Home Assistant.",
    de: "Der Marketplace hat Homematic Vitals schon, zeigt es aber nicht: Starten Sie Home Assistant neu.",
  },
  replaces_built_in: {
    en: "Home Assistant has an integration of this name itself: report this to the makers of Homematic Vitals.",
    de: "Home Assistant hat selbst eine Integration dieses Namens: Melden Sie das den Entwicklern von Homematic Vitals.",
  },
  app_repository: {
    en: "The Marketplace takes Homematic Vitals for a mere app: install the integration in another way.",
    de: "Der Marketplace hält Homematic Vitals für eine bloße App: Installieren Sie die Integration auf anderem Weg.",
  },
  core_repository: {
    en: "The Marketplace takes Homematic Vitals for a part of Home Assistant: install the integration in another way.",
    de: "Der Marketplace hält Homematic Vitals für einen Teil von Home Assistant: Installieren Sie die Integration auf anderem Weg.",
  },
  add_failed: {
    en: "The Marketplace could not add Homematic Vitals: check that Home Assistant reaches the internet, then try again.",
    de: "Der Marketplace konnte Homematic Vitals nicht hinzufügen: Prüfen Sie, ob Home Assistant das Internet erreicht, und versuchen Sie es noch einmal.",
  },
  error: {
    en: "The Marketplace could not install Homematic Vitals: check that Home Assistant reaches the internet, then try again.",
    de: "Der Marketplace konnte Homematic Vitals nicht installieren: Prüfen Sie, ob Home Assistant das Internet erreicht, und versuchen Sie es noch einmal.",
  },
  // What its answers tell.
  unexpected: {
    en: "The Marketplace answered something that the app does not understand: update the app.",
    de: "Der Marketplace hat etwas geantwortet, was die App nicht versteht: Aktualisieren Sie die App.",
  },
  starting: {
    en: "The Marketplace is still loading its catalog: wait a minute.",
    de: "Der Marketplace lädt noch seinen Katalog: Warten Sie eine Minute.",
  },
  disabled_rate_limit: {
    en: "The Marketplace pauses because GitHub limits how often it may be asked: wait an hour.",
    de: "Der Marketplace pausiert, weil GitHub die Zahl der Anfragen begrenzt: Warten Sie eine Stunde.",
  },
  disabled_invalid_token: {
    en: "The Marketplace's connection to GitHub is no longer valid: connect GitHub again in the menu of the Marketplace.",
    de: "Die Verbindung des Marketplace zu GitHub ist nicht mehr gültig: Verbinden Sie GitHub im Menü des Marketplace neu.",
  },
  disabled_removed: {
    en: "The Marketplace is being stopped: wait a minute.",
    de: "Der Marketplace wird gerade beendet: Warten Sie eine Minute.",
  },
  installed_there: {
    en: "The Marketplace holds Homematic Vitals for installed although its files are gone: choose Uninstall and then Download for it in the Marketplace.",
    de: "Der Marketplace hält Homematic Vitals für installiert, obwohl die Dateien fehlen: Wählen Sie dort Deinstallieren und dann Herunterladen.",
  },
  too_new: {
    en: "The Marketplace offers Homematic Vitals only for a newer Home Assistant: update Home Assistant.",
    de: "Der Marketplace bietet Homematic Vitals nur für ein neueres Home Assistant an: Aktualisieren Sie Home Assistant.",
  },
  outdated: {
    en: "The Marketplace does not offer the version that this app needs yet: try again tomorrow.",
    de: "Der Marketplace bietet die Version, die diese App braucht, noch nicht an: Versuchen Sie es morgen noch einmal.",
  },
};

export function isMarketplaceAnswer(code: string): code is MarketplaceAnswer {
  return Object.hasOwn(MARKETPLACE_ANSWERS, code);
}
