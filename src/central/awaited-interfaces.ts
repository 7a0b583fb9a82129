import type { InterfaceName } from "../config.ts";
import type { InterfaceLink } from "./interface-link.ts";

/** So many checks an interface of the last run may be missing before it is let go. */
const MISSING_CHECKS = 5;

/** Interfaces that were found in an earlier run and have not answered in this one, with how often they were missed. */
export class AwaitedInterfaces {
  readonly #misses = new Map<InterfaceName, number>();

  add(name: InterfaceName): void {
    this.#misses.set(name, 0);
  }

  delete(name: InterfaceName): void {
    this.#misses.delete(name);
  }

  /** Called now and then; returns whether the CCU no longer has it. */
  isGone({ name, diagnosis }: Pick<InterfaceLink, "name" | "diagnosis">): boolean {
    const misses = this.#misses.get(name);
    if (misses === undefined) return false;
    // One that answers may be registering us: let go now, it would be told to forget us while it is found anew.
    const isMissing = !diagnosis.answers && diagnosis.current.causes[0]?.code === "interface_not_installed";
    this.#misses.set(name, isMissing ? misses + 1 : 0);
    return isMissing && misses >= MISSING_CHECKS;
  }
}
