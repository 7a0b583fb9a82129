import { errorMessage, HomematicError, isHomematicError } from "../../base/errors.ts";
import type { LocalText } from "../../base/local-text.ts";
import { isSystemError } from "./file-system.ts";

type CopyReason = "full" | "unwritable" | "link" | "otherDisk" | "changed" | "damaged" | "other";

/** Why the integration was not copied, and what to do. */
const REASONS: Readonly<Record<CopyReason, LocalText>> = {
  full: {
    en: "The disk of Home Assistant is full: make room, then choose Install once more.",
    de: "Der Speicher von Home Assistant ist voll: Schaffen Sie Platz und wählen Sie dann noch einmal Installieren.",
  },
  unwritable: {
    en: "The app may not write into the folder custom_components of Home Assistant's configuration: check its permissions and that the disk is not read-only, then choose Install once more.",
    de: "Die App darf nicht in den Ordner custom_components der Home-Assistant-Konfiguration schreiben: Prüfen Sie dessen Rechte und ob der Speicher nur lesbar ist, und wählen Sie dann noch einmal Installieren.",
  },
  link: {
    en: "custom_components in Home Assistant's configuration is not a plain folder, and the app follows no links: install the integration by hand.",
    de: "custom_components in der Home-Assistant-Konfiguration ist kein gewöhnlicher Ordner, und die App folgt keinen Verknüpfungen: Installieren Sie die Integration von Hand.",
  },
  otherDisk: {
    en: "custom_components lies on another disk than the rest of Home Assistant's configuration, so it cannot be replaced in one step: install the integration by hand.",
    de: "custom_components liegt auf einem anderen Speicher als die übrige Home-Assistant-Konfiguration und lässt sich deshalb nicht in einem Schritt ersetzen: Installieren Sie die Integration von Hand.",
  },
  changed: {
    en: "Somebody else wrote to the folder of the integration in the meantime, so it was left as it is: nothing is to be done.",
    de: "Inzwischen hat jemand anders in den Ordner der Integration geschrieben, deshalb blieb er, wie er ist: Sie müssen nichts tun.",
  },
  damaged: {
    en: "The integration that the app brings along is damaged: install the app anew.",
    de: "Die mitgebrachte Integration ist beschädigt: Installieren Sie die App neu.",
  },
  other: {
    en: "The integration could not be written: choose Install once more, or install it by hand.",
    de: "Die Integration konnte nicht geschrieben werden: Wählen Sie noch einmal Installieren oder installieren Sie sie von Hand.",
  },
};

const BY_SYSTEM_CODE: readonly (readonly [reason: CopyReason, codes: readonly string[]])[] = [
  ["full", ["ENOSPC", "EDQUOT"]],
  ["unwritable", ["EACCES", "EPERM", "EROFS"]],
  ["link", ["ELOOP", "ENOTDIR"]],
  ["otherDisk", ["EXDEV"]],
];

export function copyFailure(reason: CopyReason, cause?: unknown): HomematicError {
  const detail = cause === undefined ? "" : ` (${errorMessage(cause)})`;
  return new HomematicError({ code: "COMPANION_COPY_FAILED", message: `${REASONS[reason].en}${detail}`, cause, context: { reason } });
}

/** What a file operation threw, as COMPANION_COPY_FAILED. */
export function asCopyFailure(error: unknown): HomematicError {
  if (isHomematicError(error, "COMPANION_COPY_FAILED")) return error;
  return copyFailure(BY_SYSTEM_CODE.find(([, codes]) => isSystemError(error, ...codes))?.[0] ?? "other", error);
}

/** The failure in words for the reader of the page. */
export function explainCopyFailure({ context }: HomematicError): LocalText {
  const reason = Object.keys(REASONS).find((key): key is CopyReason => key === context["reason"]) ?? "other";
  return REASONS[reason];
}
