import type { InterfaceName } from "../../src/config.ts";
import type { CauseCode } from "../../src/diagnosis/cause-codes.ts";
import type { SimulatedFaults, SimulatedInterface } from "../../src/simulator/index.ts";
import type { FakeResolver, Resolution } from "../support/fake-resolver.ts";

/** The name under which every CCU of a scenario is configured; the certificate of a simulated CCU stands for it. */
export const CCU_NAME = "localhost";
/** Where it is. */
export const CCU_ADDRESS = "127.0.0.1";

/** What a fault can be done to. */
interface Stage {
  readonly simulated: SimulatedInterface;
  readonly resolver: FakeResolver;
}

/** Ends what has begun. */
export type End = () => void | Promise<void>;

/** One thing that can be wrong with an interface, its network or its CCU. */
export interface Fault {
  readonly name: string;
  readonly begin: (stage: Stage) => Promise<End>;
  /** The one that is to be named; null where nothing is to be named, because everything works all the same. */
  readonly cause: CauseCode | null;
  /** Named on the way to its own cause, while less is known. */
  readonly passing?: readonly CauseCode[];
  readonly detectedMs: number;
  readonly recoveredMs: number;
  /** The CCU cannot be asked to forget us. */
  readonly cutsCalls?: boolean;
  /** The CCU delivers device events all the same. */
  readonly eventsGoOn?: boolean;
  /** How long an event may take meanwhile, unless it is a second. */
  readonly deliveredMs?: number;
  /** Happens once and is over by itself. */
  readonly once?: boolean;
  /** It takes a CCU that encrypts. */
  readonly tls?: boolean;
  /** It takes devices that were heard for an hour, and so much time that it passes in steps of this length. */
  readonly slowStepMs?: number;
  /** All of them unless named. */
  readonly kinds?: readonly InterfaceName[];
}

/** A fault of the CCU that is a matter of switches. */
export function switched(on: Partial<SimulatedFaults>, off: Partial<SimulatedFaults>): Fault["begin"] {
  return async ({ simulated }) => {
    await simulated.set(on);
    return () => simulated.set(off);
  };
}

/** A fault of the network: what becomes of the name. */
export function resolving(resolution: Resolution): Fault["begin"] {
  return async ({ resolver }) => {
    resolver.set(CCU_NAME, resolution);
    return () => resolver.set(CCU_NAME, CCU_ADDRESS);
  };
}

/** Something that happens to the interface once. */
export function happening(action: (simulated: SimulatedInterface) => void | Promise<void>): Fault["begin"] {
  return async ({ simulated }) => {
    await action(simulated);
    return () => {};
  };
}
