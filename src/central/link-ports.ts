import type { Subscription } from "../base/subscription.ts";
import type { CallbackEndpoint } from "../ccu/callback-methods.ts";
import type { InterfaceDetails } from "../ccu/interface-details.ts";
import type { RhythmDay } from "../diagnosis/radio-rhythm.ts";
import type { SignalTopic } from "../hub/hub-sensor.ts";
import type { InterfaceLink } from "./interface-link.ts";
import type { RememberedDevice } from "./silent-devices.ts";

/** The callback server as a link sees it. */
export interface CallbackRegistry {
  register(path: string, endpoint: CallbackEndpoint): Subscription;
  /**
   * The URL under which the CCU at `host` reaches `path`; worked out and checked anew each time.
   * @throws HomematicError DNS_FAILED, NO_ROUTE or CALLBACK_ADDRESS_REFUSED.
   */
  urlFor(path: string, host: string, signal: AbortSignal): Promise<string>;
}

/** Told what concerns the CCU as a whole; must return at once. */
export interface LinkListener {
  described(link: InterfaceLink, details: InterfaceDetails): void;
  diagnosisChanged(link: InterfaceLink): void;
  signalsChanged(link: InterfaceLink, topic: SignalTopic): void;
  /** Whether another interface of the CCU answers. */
  siblingAnswers(link: InterfaceLink): boolean;
}

/** How long the devices of an interface are usually silent, together and each by itself. */
export interface InterfaceRhythm {
  readonly days: readonly RhythmDay[];
  readonly devices: readonly RememberedDevice[];
}

export interface LinkIdentity {
  /** Sent to the CCU with `init`; ours alone. */
  readonly interfaceId: string;
  /** Secret path of this interface on the callback server. */
  readonly callbackPath: string;
  /** Differs between two runs of the program. */
  readonly nonce: string;
}
