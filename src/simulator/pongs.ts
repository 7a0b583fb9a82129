import type { SimulatedFaults } from "./faults.ts";
import type { Random } from "./random.ts";

/** Whom the PONGs of other clients name. */
export const OTHER_CLIENT = "OtherClient";

/** The caller ids of all PONGs that one ping leads to. */
export function pongsAfter({ callerId, faults, random }: { callerId: string; faults: SimulatedFaults; random: Random }): readonly string[] {
  const isLost = faults.pingWithoutPong || random() * 100 < faults.lostPongPercent;
  const own = isLost ? 0 : faults.duplicatePong ? 2 : 1;
  const callers = new Array<string>(own).fill(callerId);
  if (faults.foreignPong) callers.push(`${OTHER_CLIENT}#1`);
  if (faults.idCollision) callers.push(`${idOf(callerId)}#${OTHER_CLIENT}-1`);
  return callers;
}

/** A caller id is the id of the client and what makes this ping unique. */
function idOf(callerId: string): string {
  return callerId.split("#", 1)[0] ?? callerId;
}
