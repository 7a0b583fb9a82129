import { z } from "zod";
import type { Clock } from "../base/clock.ts";
import { errorMessage, HomematicError } from "../base/errors.ts";
import { FollowingAbort } from "./abort.ts";

const SUPERVISOR_URL = "http://supervisor";
const ANSWER_TIMEOUT_MS = 3_000;

const networkInfo = z.object({
  data: z.object({
    interfaces: z.array(
      z.object({
        primary: z.boolean(),
        connected: z.boolean(),
        /** With the length of the prefix, such as 192.168.178.30/24. */
        ipv4: z.object({ address: z.array(z.cidrv4()) }).nullable(),
      }),
    ),
  }),
});

/** What the program asks the Supervisor that runs it as an add-on; needs `hassio_api` in the add-on's manifest. */
export class SupervisorClient {
  readonly #url: string;
  readonly #token: string;
  readonly #clock: Clock;

  constructor({ url = SUPERVISOR_URL, token, clock }: { url?: string; token: string; clock: Clock }) {
    this.#url = url;
    this.#token = token;
    this.#clock = clock;
  }

  /**
   * The IPv4 address of the host in its network: where ports of the add-on can be reached from outside, unlike at the container's own.
   * @throws HomematicError SUPERVISOR_FAILED, or the signal's reason.
   */
  async lanAddress(signal: AbortSignal): Promise<string> {
    const answer = networkInfo.safeParse(await this.#get("/network/info", signal));
    if (!answer.success) throw failed("it answered something unexpected", answer.error);
    const candidates = answer.data.data.interfaces.filter(({ connected }) => connected);
    const [best] = candidates.toSorted((a, b) => Number(b.primary) - Number(a.primary)).flatMap(({ ipv4 }) => ipv4?.address ?? []);
    const [address] = best?.split("/", 1) ?? [];
    if (address === undefined) throw failed("it knows no IPv4 address of this machine");
    return address;
  }

  async #get(path: string, parent: AbortSignal): Promise<unknown> {
    using abort = new FollowingAbort(parent);
    const giveUp = (): void => abort.abort(failed(`no answer within ${ANSWER_TIMEOUT_MS / 1_000} s`));
    using _limit = this.#clock.setTimer(giveUp, ANSWER_TIMEOUT_MS);
    try {
      const response = await fetch(`${this.#url}${path}`, {
        headers: { authorization: `Bearer ${this.#token}` },
        redirect: "manual",
        signal: abort.signal,
      });
      if (!response.ok) throw failed(`HTTP status ${response.status}`);
      return await response.json();
    } catch (error) {
      if (abort.signal.aborted) throw abort.signal.reason;
      throw error instanceof HomematicError ? error : failed(reasonOf(error), error);
    }
  }
}

function failed(reason: string, cause?: unknown): HomematicError {
  return new HomematicError({ code: "SUPERVISOR_FAILED", message: `The Supervisor did not give what was asked for: ${reason}`, cause });
}

/** fetch says "fetch failed" and hides the system's code in the cause. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return "it answered something unexpected";
  const { cause } = error instanceof Error ? error : {};
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : errorMessage(error);
}
