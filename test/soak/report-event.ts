import type { SimulatedInterface } from "../../src/simulator/index.ts";

/** A device of its own that says nothing but values: what the CCU and its radio say of themselves is no device event. */
export function reportEvent(simulated: SimulatedInterface, value: number): void {
  simulated.sendEvent({ address: "SOAK0000001:1", parameter: "LEVEL", value });
}
