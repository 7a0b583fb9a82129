import { AddOn } from "../peers/add-on.ts";
import type { Core } from "../peers/cores.ts";
import { HomeAssistant } from "../peers/home-assistant.ts";
import { LossyProxy } from "../peers/lossy-proxy.ts";
import { Pydevccu } from "../peers/pydevccu.ts";
import { entitiesOf, type RegistryEntity } from "../peers/registry.ts";

const HEALTH = "sensor.ccu_system_health";

/** A CCU, a Home Assistant with the integration, and an add-on between them whose connection can lose a message. */
export class Household implements AsyncDisposable {
  readonly homeAssistant: HomeAssistant;
  readonly ccu: Pydevccu;
  readonly proxy: LossyProxy;
  readonly addOn: AddOn;
  readonly #peers: AsyncDisposableStack;

  private constructor(parts: {
    homeAssistant: HomeAssistant;
    ccu: Pydevccu;
    proxy: LossyProxy;
    addOn: AddOn;
    peers: AsyncDisposableStack;
  }) {
    this.homeAssistant = parts.homeAssistant;
    this.ccu = parts.ccu;
    this.proxy = parts.proxy;
    this.addOn = parts.addOn;
    this.#peers = parts.peers;
  }

  static async start(core: Core): Promise<Household> {
    await using peers = new AsyncDisposableStack();
    const homeAssistant = peers.use(await HomeAssistant.start({ core }));
    await homeAssistant.addConfigEntry("homematic_vitals");
    const ccu = peers.use(await Pydevccu.start());
    const proxy = peers.use(await LossyProxy.start(homeAssistant));
    const addOn = peers.use(await AddOn.start(optionsOf(ccu, proxy.url, homeAssistant.token)));
    const household = new Household({ homeAssistant, ccu, proxy, addOn, peers: peers.move() });
    await household.healthIs(100);
    // The last that an interface names is what was read from its devices.
    await addOn.remembers("low_batteries");
    return household;
  }

  /** What a second add-on for the same CCU and the same Home Assistant would have. */
  get options(): object {
    return optionsOf(this.ccu, this.homeAssistant.url, this.homeAssistant.token);
  }

  async healthIs(value: number, timeoutMs = 30_000): Promise<void> {
    await this.homeAssistant.waitForState(HEALTH, ({ state }) => Number.parseFloat(state) === value, timeoutMs);
  }

  async unavailable(timeoutMs: number): Promise<void> {
    await this.homeAssistant.waitForState(HEALTH, "unavailable", timeoutMs);
  }

  /** Every state that System health takes from now on, until disposed. */
  watchHealth(): Disposable & { readonly states: readonly string[] } {
    const states: string[] = [];
    const watch = this.homeAssistant.onStateChanged(({ entity_id, new_state }) => {
      if (entity_id === HEALTH && new_state) states.push(new_state.state);
    });
    return { states, [Symbol.dispose]: () => watch[Symbol.dispose]() };
  }

  async entities(): Promise<readonly RegistryEntity[]> {
    return await entitiesOf(this.homeAssistant);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#peers.disposeAsync();
  }
}

function optionsOf(ccu: Pydevccu, url: string, token: string): object {
  return { ccus: [{ host: "127.0.0.1", interfaces: [{ name: "BidCos-RF", port: ccu.port }] }], home_assistant: { url, token } };
}
