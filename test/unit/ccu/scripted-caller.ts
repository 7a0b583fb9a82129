import { HomematicError } from "../../../src/base/errors.ts";
import type { RpcCaller } from "../../../src/ccu/guarded-caller.ts";
import type { XmlRpcValue } from "../../../src/xmlrpc/values.ts";

export type Answer = XmlRpcValue | HomematicError | Promise<XmlRpcValue>;

const PLAIN_METHODS: XmlRpcValue = ["system.listMethods", "init", "ping"];

/** An interface process whose answers a test scripts; unscripted methods answer an empty string. */
export class ScriptedCaller implements RpcCaller {
  readonly calls: { readonly methodName: string; readonly params: readonly XmlRpcValue[]; readonly timeoutMs: number }[] = [];
  readonly answers: Map<string, (params: readonly XmlRpcValue[]) => Answer> = new Map([["system.listMethods", () => PLAIN_METHODS]]);

  on(methodName: string, answer: (params: readonly XmlRpcValue[]) => Answer): this {
    this.answers.set(methodName, answer);
    return this;
  }

  methodNames(): readonly string[] {
    return this.calls.map((call) => call.methodName);
  }

  countOf(methodName: string): number {
    return this.calls.filter((call) => call.methodName === methodName).length;
  }

  async call(
    methodName: string,
    params: readonly XmlRpcValue[],
    { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number },
  ): Promise<XmlRpcValue> {
    signal.throwIfAborted();
    this.calls.push({ methodName, params, timeoutMs });
    const answer = await Promise.race([this.answers.get(methodName)?.(params) ?? "", rejectionOf(signal)]);
    if (answer instanceof HomematicError) throw answer;
    return answer;
  }
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) =>
    signal.addEventListener("abort", () => reject(new HomematicError({ code: "ABORTED" })), { once: true }),
  );
}

export function failure(code: ConstructorParameters<typeof HomematicError>[0]["code"]): HomematicError {
  return new HomematicError({ code });
}

/** Never answers; only an abort ends the call. */
export function silence(): Promise<XmlRpcValue> {
  return new Promise(() => {});
}
