import { z } from "zod";
import { FollowingAbort } from "../base/abort.ts";
import type { Clock } from "../base/clock.ts";
import { errorMessage, HomematicError } from "../base/errors.ts";

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
const addOnInfo = z.object({ data: z.object({ slug: z.string().regex(/^[-_.A-Za-z0-9]+$/) }) });
/** The ports of this machine by port of the container; null: not open. */
const addOnPorts = z.object({ data: z.object({ network: z.record(z.string(), z.int().nullable()).nullable() }) });
const discovered = z.object({ data: z.object({ uuid: z.string() }) });

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
    const { data } = await this.#ask({ path: "/network/info", schema: networkInfo, signal });
    const candidates = data.interfaces.filter(({ connected }) => connected);
    const [best] = candidates.toSorted((a, b) => Number(b.primary) - Number(a.primary)).flatMap(({ ipv4 }) => ipv4?.address ?? []);
    const [address] = best?.split("/", 1) ?? [];
    if (address === undefined) throw failed("it knows no IPv4 address of this machine");
    return address;
  }

  /** The add-on's full slug, such as a0d7b954_homematic_vitals. Throws as `lanAddress` does. */
  async ownSlug(signal: AbortSignal): Promise<string> {
    return (await this.#ask({ path: "/addons/self/info", schema: addOnInfo, signal })).data.slug;
  }

  /** The port of this machine under which a port of the container is reached; null when it is not open. Throws as `lanAddress` does. */
  async publishedPort(port: number, signal: AbortSignal): Promise<number | null> {
    const { data } = await this.#ask({ path: "/addons/self/info", schema: addOnPorts, signal });
    return data.network?.[`${port}/tcp`] ?? null;
  }

  /**
   * Makes Home Assistant offer the integration `service` to the user. The Supervisor passes on only what differs from the last time.
   * Throws as `lanAddress` does.
   */
  async announce(message: { service: string; config: Readonly<Record<string, string>> }, signal: AbortSignal): Promise<void> {
    await this.#ask({ path: "/discovery", schema: discovered, signal, body: message });
  }

  async #ask<Answer>(call: { path: string; schema: z.ZodType<Answer>; signal: AbortSignal; body?: object }): Promise<Answer> {
    const answer = call.schema.safeParse(await this.#fetch(call));
    if (!answer.success) throw failed("it answered something unexpected", { cause: answer.error });
    return answer.data;
  }

  async #fetch({ path, signal, body }: { path: string; signal: AbortSignal; body?: object }): Promise<unknown> {
    using abort = new FollowingAbort(signal);
    const giveUp = (): void => abort.abort(failed(`no answer within ${ANSWER_TIMEOUT_MS / 1_000} s`));
    using _limit = this.#clock.setTimer(giveUp, ANSWER_TIMEOUT_MS);
    try {
      const response = await fetch(`${this.#url}${path}`, {
        headers: { authorization: `Bearer ${this.#token}`, ...(body && { "content-type": "application/json" }) },
        redirect: "manual",
        signal: abort.signal,
        ...(body && { method: "POST", body: JSON.stringify(body) }),
      });
      if (!response.ok) throw failed(`HTTP status ${response.status}`, { status: response.status });
      return await response.json();
    } catch (error) {
      if (abort.signal.aborted) throw abort.signal.reason;
      throw error instanceof HomematicError ? error : failed(reasonOf(error), { cause: error });
    }
  }
}

function failed(reason: string, { cause, status }: { cause?: unknown; status?: number } = {}): HomematicError {
  const message = `The Supervisor did not give what was asked for: ${reason}`;
  return new HomematicError({ code: "SUPERVISOR_FAILED", message, cause, context: status === undefined ? {} : { status } });
}

/** fetch says "fetch failed" and hides the system's code in the cause. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return "it answered something unexpected";
  const { cause } = error instanceof Error ? error : {};
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : errorMessage(error);
}
