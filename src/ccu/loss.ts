import { type ErrorCode, type HomematicError, isHomematicError } from "../base/errors.ts";
import type { LocalText } from "../base/local-text.ts";
import { addressProblemText, isAddressProblem } from "../diagnosis/address-problems.ts";

/** How far the client had come when the connection was lost. */
export type ClientStage = "asking" | "finding_address" | "registering" | "watching";

/** Why a connection was lost, or did not come about. */
export type Loss =
  /** A call was not answered; its listener was told. */
  | { readonly kind: "call_failed" }
  | { readonly kind: "address_unknown"; readonly code: ErrorCode; readonly problem: LocalText | null }
  | { readonly kind: "registration_refused" }
  /** The CCU answered before, but took so long over `init` as if it could not call back. */
  | { readonly kind: "registration_unanswered" }
  /** Calls are answered but events do not reach us. */
  | { readonly kind: "events_missing" }
  | { readonly kind: "unexpected" };

/** Calls are answered but events do not reach us. */
export class EventPathLost extends Error {
  override readonly name = "EventPathLost";
}

export function lossOf(stage: ClientStage, error: unknown): Loss {
  if (error instanceof EventPathLost) return { kind: "events_missing" };
  if (!isHomematicError(error)) return { kind: "unexpected" };
  if (stage === "finding_address") return { kind: "address_unknown", code: error.code, problem: problemOf(error) };
  if (stage === "registering" && error.code === "RPC_FAULT") return { kind: "registration_refused" };
  if (stage === "registering" && error.code === "TIMEOUT") return { kind: "registration_unanswered" };
  return error.code === "RPC_FAULT" ? { kind: "unexpected" } : { kind: "call_failed" };
}

/** What is wrong with the address that was refused. */
function problemOf({ context: { problem, host } }: HomematicError): LocalText | null {
  return isAddressProblem(problem) ? addressProblemText(problem, String(host)) : null;
}
