import { type HomematicError, isHomematicError } from "../base/errors.ts";
import type { RpcCaller } from "../ccu/guarded-caller.ts";
import type { CallerFactory } from "../central/central-unit.ts";
import type { InterfaceName } from "../config.ts";
import type { XmlRpcValue } from "../xmlrpc/values.ts";

type Endpoint = Parameters<CallerFactory>[0];

export interface Failure {
  readonly port: number;
  readonly error: HomematicError;
}

/** Sees every call to the CCU: what it was told, what it may still know, and why an interface did not answer. */
export class CallWitness {
  readonly #failures = new Map<InterfaceName, Failure>();
  readonly #registered = new Set<InterfaceName>();
  readonly #told = new Map<InterfaceName, string>();

  /** Host and port that the CCU was told to call; `null` when it was told none. */
  get toldHost(): string | null {
    return [...this.#told.values()].at(-1) ?? null;
  }

  wasTold(name: InterfaceName): boolean {
    return this.#told.has(name);
  }

  /** Where a registration was made or tried, and not taken back. */
  get registered(): readonly InterfaceName[] {
    return [...this.#registered];
  }

  /** Why the last call to this interface failed; `undefined` when it was answered, if only with a fault. */
  failureOf(name: InterfaceName): Failure | undefined {
    return this.#failures.get(name);
  }

  watch(factory: CallerFactory): CallerFactory {
    return (endpoint) => {
      const caller = factory(endpoint);
      return { call: (...call) => this.#call(endpoint, caller, call) };
    };
  }

  async #call({ name, port }: Endpoint, caller: RpcCaller, call: Parameters<RpcCaller["call"]>): Promise<XmlRpcValue> {
    const [methodName, [url, id]] = call;
    const registers = methodName === "init" && typeof id === "string" && id !== "";
    if (registers) {
      this.#registered.add(name);
      this.#told.set(name, authorityOf(String(url)));
    }
    try {
      const answer = await caller.call(...call);
      this.#answered(name, methodName === "init" && !registers);
      return answer;
    } catch (error) {
      if (isHomematicError(error, "RPC_FAULT")) this.#answered(name, methodName === "init" && !registers);
      else if (isHomematicError(error)) this.#failures.set(name, { port, error });
      throw error;
    }
  }

  #answered(name: InterfaceName, takesBack: boolean): void {
    this.#failures.delete(name);
    if (takesBack) this.#registered.delete(name);
  }
}

/** Host and port of a URL, the port also where it is the usual one. */
function authorityOf(url: string): string {
  return url.split("/")[2] ?? "";
}
