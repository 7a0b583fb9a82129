import { isStruct, type XmlRpcValue } from "../xmlrpc/values.ts";

/** A radio module or gateway, as `listBidcosInterfaces` shows it. */
export interface RadioModule {
  readonly address: string;
  /** `null` where the CCU does not tell. */
  readonly type: string | null;
  readonly description: string | null;
  readonly isDefault: boolean;
  readonly connected: boolean;
  /** Percent. */
  readonly dutyCycle: number | null;
}

/** Serial numbers have 10 to 14 characters; what is much longer is no address, and would be in every label. */
const LONGEST_ADDRESS = 64;

/** Entries without an address are left out; a CCU writes an empty list as an empty string. */
export function radioModulesOf(answer: XmlRpcValue): readonly RadioModule[] {
  if (!Array.isArray(answer)) return [];
  return answer.filter(isStruct).flatMap(({ ADDRESS, TYPE, DESCRIPTION, DEFAULT, CONNECTED, DUTY_CYCLE }) => {
    if (typeof ADDRESS !== "string" || !isAddress(ADDRESS)) return [];
    return [
      {
        address: ADDRESS,
        type: textOf(TYPE),
        description: textOf(DESCRIPTION),
        isDefault: isYes(DEFAULT),
        connected: CONNECTED === undefined || isYes(CONNECTED),
        dutyCycle: percentOf(DUTY_CYCLE),
      },
    ];
  });
}

/** `null` for what is no percentage; a CCU says -1 for a module it does not reach. */
export function percentOf(value: unknown): number | null {
  return typeof value === "number" && value >= 0 && value <= 100 ? value : null;
}

export function isAddress(text: string): boolean {
  return text !== "" && text.length <= LONGEST_ADDRESS;
}

function textOf(value: XmlRpcValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** Some backends write 1 for true. */
function isYes(value: XmlRpcValue | undefined): boolean {
  return value === true || value === 1;
}
