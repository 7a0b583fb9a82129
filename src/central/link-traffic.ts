import type { DeviceInventory } from "../ccu/device-inventory.ts";
import type { Counted } from "../hub/readings.ts";
import type { ChattyDevice } from "./chatty-devices.ts";
import type { Delivery } from "./delivery-watch.ts";
import type { ForeignClient } from "./foreign-clients.ts";
import type { InterfaceSignals } from "./interface-signals.ts";
import type { Trend } from "./level-trend.ts";
import type { SilentDevice } from "./silent-devices.ts";

/** What the lists of devices hold at most. */
const MAX_LISTED = 20;

/** Devices are named in words. */
export interface LinkTraffic {
  /** The most talkative first. */
  readonly chattyDevices: readonly ChattyDevice[];
  /** The most unusual silence first; null where nobody can tell. */
  readonly silentDevices: readonly SilentDevice[] | null;
  /** Taught in, but not heard since the start, which is not unusual for them as far as is known; null where nobody can tell. */
  readonly unheardDevices: Counted | null;
  readonly foreignClients: readonly ForeignClient[];
  readonly delivery: Delivery;
  readonly dutyCycleTrend: Trend | null;
}

/** What devices and other clients of one interface do. */
export function trafficOf({
  signals: { chatty, silent, clients, delivery, radio },
  inventory,
  hasRadio,
}: {
  signals: InterfaceSignals;
  inventory: DeviceInventory;
  /** Whether the silence of its devices means something. */
  hasRadio: boolean;
}): LinkTraffic {
  const inWords = <Told extends { readonly device: string }>(told: Told): Told => ({ ...told, device: inventory.nameOf(told.device) });
  const silentOnes = hasRadio ? silent.top(Number.POSITIVE_INFINITY) : null;
  const isSilent = new Set(silentOnes?.map(({ device }) => device));
  const unheard = inventory.devices.filter((device) => !silent.hasHeard(device) && !isSilent.has(device));
  return {
    chattyDevices: chatty.top(MAX_LISTED).map(inWords),
    silentDevices: silentOnes?.slice(0, MAX_LISTED).map(inWords) ?? null,
    unheardDevices:
      hasRadio && inventory.deviceCount > 0
        ? { value: unheard.length, list: unheard.slice(0, MAX_LISTED).map((device) => inventory.nameOf(device)) }
        : null,
    foreignClients: clients.present,
    delivery: delivery.delivery,
    dutyCycleTrend: radio.dutyCycleTrend,
  };
}
