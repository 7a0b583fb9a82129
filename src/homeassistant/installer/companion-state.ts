import type { LocalText } from "../../base/local-text.ts";
import type { InstalledCopy } from "./installed-copy.ts";
import { isNewer } from "./versions.ts";

export type EntryState = "loaded" | "not_loaded" | "not_configured";

/** Everything that decides where the integration stands. */
export interface CompanionFacts {
  /** Of the integration that this release brings along; null: none. */
  readonly bundled: string | null;
  /** Of the integration that Home Assistant would load now, from its `manifest/get`; null: it knows none. */
  readonly loadable: string | null;
  /** The answer to `hello`; null while Home Assistant has no entry for the integration. */
  readonly hello: {
    readonly running: string;
    /** On Home Assistant's disk; null: not known. */
    readonly installed: string | null;
    readonly entry: EntryState;
  } | null;
  /** What lies in Home Assistant's configuration folder; null where that is not within reach. */
  readonly copy: InstalledCopy | null;
  /** The option `install_integration`. */
  readonly allowed: boolean;
  /** The user has asked for the installation. */
  readonly consented: boolean;
  /** There is a way to install it: the folder is within reach, or the Marketplace would do it. */
  readonly installable: boolean;
}

export type CompanionState =
  | "unknown"
  | "absent"
  | "offered"
  | "installing"
  | "failed"
  | "restart_pending"
  | "not_added"
  | "not_loaded"
  | "running"
  | "update_available"
  | "update_restart_pending"
  | "edited"
  | "foreign";

/** What the add-on does next by itself. */
type CompanionAction = "none" | "install" | "update";

export interface Judgement {
  readonly state: CompanionState;
  readonly action: CompanionAction;
}

/** What follows from the facts, before and beside what the state says. */
interface Derived {
  /** The version that Home Assistant has in memory, or would load. */
  readonly loaded: string | null;
  readonly onDisk: string | null;
  readonly entry: EntryState;
  /** A copy of ours lies there as it was written. */
  readonly untouched: boolean;
  readonly outdated: boolean;
}

/** The first line that holds names the state. */
const STATES: readonly (readonly [state: CompanionState, holds: (derived: Derived, facts: CompanionFacts) => boolean])[] = [
  ["foreign", ({ loaded, onDisk }, { copy }) => loaded === null && copy?.kind === "foreign" && onDisk === null],
  ["restart_pending", ({ loaded, onDisk }) => loaded === null && onDisk !== null],
  ["offered", ({ loaded }, { allowed, installable }) => loaded === null && allowed && installable],
  ["absent", ({ loaded }) => loaded === null],
  ["update_restart_pending", ({ loaded, onDisk }) => onDisk !== null && onDisk !== loaded],
  ["not_added", ({ entry }) => entry === "not_configured"],
  ["not_loaded", ({ entry }) => entry === "not_loaded"],
  ["edited", ({ outdated }, { copy }) => outdated && copy?.kind === "ours" && copy.edited],
  ["foreign", ({ outdated }, { copy }) => outdated && copy?.kind === "foreign"],
  ["update_available", ({ outdated }) => outdated],
  ["running", () => true],
];

/** Where the integration stands, and what is to be done about it. */
export function judge(facts: CompanionFacts): Judgement {
  const derived = derive(facts);
  const state = STATES.find(([, holds]) => holds(derived, facts))?.[0] ?? "unknown";
  return { state, action: facts.allowed ? actionFor(state, derived, facts) : "none" };
}

function derive({ bundled, loadable, hello, copy }: CompanionFacts): Derived {
  const loaded = hello?.running ?? loadable;
  const onDisk = copy === null ? (hello?.installed ?? null) : copy.kind === "none" ? null : copy.version;
  const installed = onDisk ?? loaded;
  return {
    loaded,
    onDisk,
    entry: hello?.entry ?? "not_configured",
    untouched: copy?.kind === "ours" && !copy.edited,
    outdated: bundled !== null && installed !== null && isNewer(bundled, installed),
  };
}

function actionFor(state: CompanionState, { untouched, outdated }: Derived, { consented }: CompanionFacts): CompanionAction {
  if (untouched && outdated) return "update";
  return state === "offered" && consented ? "install" : "none";
}

/** One sentence each: what is, and what to do. */
export const COMPANION_SENTENCES: Readonly<Record<CompanionState, LocalText>> = {
  unknown: {
    en: "Whether Home Assistant has the integration is not known yet; this is looked up as soon as Home Assistant answers.",
    de: "Ob Home Assistant die Integration hat, ist noch nicht bekannt; das wird geprüft, sobald Home Assistant antwortet.",
  },
  absent: {
    en: "The integration is not installed in Home Assistant: install it from the Marketplace, with HACS or by copying its folder, then restart Home Assistant.",
    de: "Die Integration ist in Home Assistant nicht installiert: Installieren Sie sie über den Marketplace, mit HACS oder durch Kopieren ihres Ordners und starten Sie Home Assistant dann neu.",
  },
  offered: {
    en: "The integration is not installed in Home Assistant: choose Install on the page of the app.",
    de: "Die Integration ist in Home Assistant nicht installiert: Wählen Sie Installieren auf der Seite der App.",
  },
  installing: {
    en: "The integration is being installed in Home Assistant; nothing is to be done.",
    de: "Die Integration wird in Home Assistant installiert; Sie müssen nichts tun.",
  },
  failed: {
    en: "The integration could not be installed in Home Assistant; the reason below says what to do.",
    de: "Die Integration konnte in Home Assistant nicht installiert werden; der Grund darunter sagt, was zu tun ist.",
  },
  restart_pending: {
    en: "The integration is installed, but Home Assistant does not know it yet: restart Home Assistant.",
    de: "Die Integration ist installiert, aber Home Assistant kennt sie noch nicht: Starten Sie Home Assistant neu.",
  },
  not_added: {
    en: "The integration is installed but not added: add Homematic Vitals in Home Assistant under Settings > Devices & services.",
    de: "Die Integration ist installiert, aber nicht hinzugefügt: Fügen Sie Homematic Vitals in Home Assistant unter Einstellungen > Geräte & Dienste hinzu.",
  },
  not_loaded: {
    en: "The integration is added but does not run: enable or reload it in Home Assistant under Settings > Devices & services.",
    de: "Die Integration ist hinzugefügt, läuft aber nicht: Aktivieren Sie sie in Home Assistant unter Einstellungen > Geräte & Dienste oder laden Sie sie neu.",
  },
  running: {
    en: "The integration runs in Home Assistant; nothing is to be done.",
    de: "Die Integration läuft in Home Assistant; Sie müssen nichts tun.",
  },
  update_available: {
    en: "Home Assistant runs an older version of the integration: update it where it was installed from, then restart Home Assistant.",
    de: "In Home Assistant läuft eine ältere Version der Integration: Aktualisieren Sie sie dort, woher sie stammt, und starten Sie Home Assistant dann neu.",
  },
  update_restart_pending: {
    en: "Another version of the integration is installed than the one Home Assistant runs: restart Home Assistant.",
    de: "Installiert ist eine andere Version der Integration als die, die in Home Assistant läuft: Starten Sie Home Assistant neu.",
  },
  edited: {
    en: "The files of the integration were changed by hand, so the app does not update them: delete the folder custom_components/homematic_vitals if you do not need your changes, restart Home Assistant and install anew.",
    de: "Die Dateien der Integration wurden von Hand geändert, deshalb aktualisiert die App sie nicht: Löschen Sie den Ordner custom_components/homematic_vitals, falls Sie die Änderungen nicht brauchen, starten Sie Home Assistant neu und installieren Sie sie neu.",
  },
  foreign: {
    en: "The integration was installed by HACS, the Marketplace or by hand and is not the version this app needs, so it is left as it is: update it where it came from.",
    de: "Die Integration wurde von HACS, dem Marketplace oder von Hand installiert und ist nicht in der Version, die diese App braucht, deshalb bleibt sie, wie sie ist: Aktualisieren Sie sie dort, woher sie stammt.",
  },
};

/** Said where the add-on could do it and may not. */
export const SWITCHED_OFF: LocalText = {
  en: "The app does not do it by itself because its option install_integration is off.",
  de: "Die App erledigt es nicht selbst, weil ihre Option install_integration ausgeschaltet ist.",
};

/** The steps of a first installation, as far as the state tells; null: it is over or does not go on by steps. */
export const COMPANION_STEPS: Readonly<Record<CompanionState, 1 | 2 | 3 | 4 | null>> = {
  unknown: null,
  absent: 1,
  offered: 1,
  installing: 1,
  failed: 1,
  restart_pending: 2,
  not_added: 3,
  not_loaded: 3,
  running: 4,
  update_available: null,
  update_restart_pending: null,
  edited: null,
  foreign: null,
};
