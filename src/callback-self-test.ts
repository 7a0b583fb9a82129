import { errorMessage, isHomematicError } from "./base/errors.ts";
import type { LocalText } from "./base/local-text.ts";
import type { CallbackGateway } from "./callback-gateway.ts";
import { addressProblemText, isAddressProblem } from "./diagnosis/address-problems.ts";
import { CAUSES, causeMessage } from "./diagnosis/causes.ts";
import type { CallbackTester, CallbackTestResult } from "./web/callback-test.ts";

/** Tries, for whoever asks on the page, what is checked before a CCU is told our address. */
export class CallbackSelfTest implements CallbackTester {
  readonly #gateway: Pick<CallbackGateway, "urlFor">;
  readonly #ccuHosts: readonly string[];

  constructor({ gateway, ccuHosts }: { gateway: Pick<CallbackGateway, "urlFor">; ccuHosts: readonly string[] }) {
    this.#gateway = gateway;
    this.#ccuHosts = ccuHosts;
  }

  /** Of several CCUs the first whose way back fails is told. */
  async test(signal: AbortSignal): Promise<CallbackTestResult> {
    const origins = new Set<string>();
    for (const ccuHost of this.#ccuHosts) {
      try {
        origins.add(new URL(await this.#gateway.urlFor("/", ccuHost, signal)).host);
      } catch (error) {
        return failed(error);
      }
    }
    return { ok: true, message: reached([...origins].join(", ")), remedy: null };
  }
}

function reached(where: string): LocalText {
  return {
    en: `This app answers at ${where}, the address that the CCU is given. If no events arrive all the same, a firewall between the two is the likely reason.`,
    de: `Diese App antwortet unter ${where}, der Adresse, die der CCU genannt wird. Kommen trotzdem keine Ereignisse an, liegt es vermutlich an einer Firewall dazwischen.`,
  };
}

function failed(error: unknown): CallbackTestResult {
  const { remedy } = CAUSES.callback_address_unknown;
  return { ok: false, message: causeMessage("callback_address_unknown", { problem: problemOf(error) }), remedy };
}

function problemOf(error: unknown): LocalText {
  const { problem, host } = (isHomematicError(error) && error.context) || {};
  const text = isAddressProblem(problem) ? addressProblemText(problem, String(host)) : { en: errorMessage(error), de: errorMessage(error) };
  return { en: `: ${text.en}`, de: `: ${text.de}` };
}
