import type { RpcCaller } from "../../../src/ccu/guarded-caller.ts";
import type { CallbackRegistry } from "../../../src/central/link-ports.ts";

/** What a fault holds up never arrives; after so many naps nobody waits for it any more. */
const PATIENCE_NAPS = 40;

/** Knows what is on its way over the sockets, so that a test can let it arrive before time goes on. */
export class Traffic {
  /** Each call that is under way, and each PONG by its token, with the naps that are left for it. */
  readonly #underWay = new Map<object | string, number>();

  /** Lets arrive what is on its way. */
  async arrive(): Promise<void> {
    await someTurns();
    while (this.#waitsForSomething()) {
      // Asleep, so that the kernel gets the time it needs to pass on what was sent.
      await new Promise<void>((resolve) => setTimeout(resolve, 1));
      await someTurns();
    }
  }

  caller(inner: RpcCaller): RpcCaller {
    return {
      call: async (methodName, params, options) => {
        const token = methodName === "ping" ? String(params[0]) : undefined;
        if (token !== undefined) this.#underWay.set(token, PATIENCE_NAPS);
        try {
          return await this.#follow(inner.call(methodName, params, options));
        } catch (error) {
          if (token !== undefined) this.#underWay.delete(token);
          throw error;
        }
      },
    };
  }

  registry(inner: CallbackRegistry): CallbackRegistry {
    return {
      // We call ourselves before the CCU is told the address.
      urlFor: (path, host, signal) => this.#follow(inner.urlFor(path, host, signal)),
      register: (path, endpoint) =>
        inner.register(path, {
          handle: (call, arrivedAtMs) => {
            const text = JSON.stringify(call.params);
            for (const key of this.#underWay.keys()) if (typeof key === "string" && text.includes(`"${key}"`)) this.#underWay.delete(key);
            return endpoint.handle(call, arrivedAtMs);
          },
        }),
    };
  }

  async #follow<T>(call: Promise<T>): Promise<T> {
    const key = {};
    this.#underWay.set(key, PATIENCE_NAPS);
    try {
      return await call;
    } finally {
      this.#underWay.delete(key);
    }
  }

  #waitsForSomething(): boolean {
    for (const [key, naps] of this.#underWay) {
      if (naps > 0) this.#underWay.set(key, naps - 1);
      else if (typeof key === "string") this.#underWay.delete(key);
    }
    return this.#underWay.values().some((naps) => naps > 0);
  }
}

async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
