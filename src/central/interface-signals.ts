import type { Clock } from "../base/clock.ts";
import { isVirtualRemote } from "../ccu/device-address.ts";
import type { SignalListener } from "../ccu/questions.ts";
import type { RadioModule } from "../ccu/radio-modules.ts";
import { isRaised, type ServiceMessage } from "../ccu/service-messages.ts";
import type { SignalTopic } from "../hub/hub-sensor.ts";
import { ChattyDevices } from "./chatty-devices.ts";
import { DeliveryWatch } from "./delivery-watch.ts";
import { EventRate } from "./event-rate.ts";
import { ForeignClients } from "./foreign-clients.ts";
import { type LevelReport, RadioLevels } from "./radio-levels.ts";
import { ServiceBoard } from "./service-board.ts";
import { type RememberedDevice, SilentDevices } from "./silent-devices.ts";

/** The part of an event that says something about radio or devices. */
export interface SignalEvent {
  readonly address: string;
  readonly parameter: string;
  readonly value: unknown;
}

type EventMeaning = "module_duty_cycle" | "duty_cycle_level" | "carrier_sense_level" | "service_message";

/** Parameters that are not merely a measured value. */
const MEANINGS: ReadonlyMap<string, EventMeaning> = new Map<string, EventMeaning>([
  ["DUTY_CYCLE", "module_duty_cycle"],
  ["DUTY_CYCLE_LEVEL", "duty_cycle_level"],
  ["CARRIER_SENSE_LEVEL", "carrier_sense_level"],
  ["UNREACH", "service_message"],
  ["STICKY_UNREACH", "service_message"],
  ["LOW_BAT", "service_message"],
  ["LOWBAT", "service_message"],
  ["CONFIG_PENDING", "service_message"],
]);
/** The CCU says them because a device does not answer. */
const SAID_BY_CCU: ReadonlySet<string> = new Set(["UNREACH", "STICKY_UNREACH"]);

/** What an interface tells beside its connection: radio levels, service messages, how much its devices report. */
export class InterfaceSignals implements SignalListener {
  readonly radio: RadioLevels;
  readonly services: ServiceBoard;
  readonly rate: EventRate;
  readonly chatty: ChattyDevices;
  readonly silent: SilentDevices;
  readonly clients: ForeignClients;
  readonly delivery: DeliveryWatch;
  readonly #clock: Clock;
  readonly #isSettling: () => boolean;
  readonly #onChange: (topic: SignalTopic) => void;
  #lastEventMs: number | null = null;

  constructor(parts: {
    clock: Clock;
    /** While a CCU registers us and shortly after, it repeats all service messages that it has. */
    isSettling: () => boolean;
    nameOfDevice: (address: string) => string;
    /** What earlier runs know of its devices. */
    remembered: readonly RememberedDevice[];
    isGone: (device: string) => boolean;
    onChange: (topic: SignalTopic) => void;
  }) {
    const { clock, nameOfDevice } = parts;
    this.radio = new RadioLevels({ clock, nameOfDevice });
    this.services = new ServiceBoard({ clock, nameOfDevice });
    this.rate = new EventRate({ clock });
    this.chatty = new ChattyDevices({ clock });
    this.silent = new SilentDevices({ clock, remembered: parts.remembered, isGone: parts.isGone });
    this.clients = new ForeignClients({ clock });
    this.delivery = new DeliveryWatch({ clock, eventsPerMinute: () => this.rate.perMinute() });
    this.#clock = clock;
    this.#isSettling = parts.isSettling;
    this.#onChange = parts.onChange;
  }

  /** Wall time of the last event that came from a device. */
  get lastEventMs(): number | null {
    return this.#lastEventMs;
  }

  modulesListed(modules: readonly RadioModule[]): void {
    this.radio.modulesListed(modules);
    this.#onChange("levels");
  }

  messagesListed(messages: readonly ServiceMessage[]): void {
    this.services.messagesListed(messages);
    this.#onChange("services");
  }

  /** Takes what an event says. Returns whether a device has reported, and not the CCU on its own or once more after a registration. */
  eventReceived(event: SignalEvent): boolean {
    const fromDevice = this.#take(event) && !isVirtualRemote(event.address);
    if (fromDevice) {
      this.rate.add();
      this.chatty.add(event.address);
      this.silent.heard(event.address);
      this.#lastEventMs = this.#clock.wallMs();
    }
    return fromDevice;
  }

  #take(event: SignalEvent): boolean {
    switch (MEANINGS.get(event.parameter)) {
      case "module_duty_cycle":
        return this.#takeLevel(this.radio.moduleReported(event));
      case "duty_cycle_level":
        return this.#takeLevel(this.radio.levelReported({ ...event, level: "dutyCycle" }));
      case "carrier_sense_level":
        return this.#takeLevel(this.radio.levelReported({ ...event, level: "carrierSense" }));
      case "service_message":
        return this.#takeServiceMessage(event);
      default:
        return true;
    }
  }

  /** What a radio module or access point says about itself has come over a cable, and comes although its radio hears nothing. */
  #takeLevel(report: LevelReport): boolean {
    if (report === "changed") this.#onChange("levels");
    return report === "no_level";
  }

  #takeServiceMessage(event: SignalEvent): boolean {
    if (!event.address.endsWith(":0")) return true;
    if (this.services.messageReported(event)) this.#onChange("services");
    return !isRaised(event.value) || !(SAID_BY_CCU.has(event.parameter) || this.#isSettling());
  }
}
