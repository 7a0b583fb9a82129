import { DeviceInventory } from "../../../src/ccu/device-inventory.ts";
import { PingPongTracker } from "../../../src/ccu/ping-pong-tracker.ts";
import { EventRouter } from "../../../src/central/event-router.ts";
import { HealthTracker, type PathHealth } from "../../../src/central/health-tracker.ts";
import { InterfaceSignals } from "../../../src/central/interface-signals.ts";
import { RadioWatch } from "../../../src/central/radio-watch.ts";
import { RadioRhythm, type RhythmDay } from "../../../src/diagnosis/radio-rhythm.ts";
import { EventBus } from "../../../src/events/event-bus.ts";
import { PathChangedEvent } from "../../../src/events/product-events.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const MINUTE_MS = 60_000;
/** As the product does it. */
const CHECK_MS = 5_000;
/** No silence is judged before. */
const QUIET_MS = 29 * MINUTE_MS;
const NAME = "BidCos-RF";

export interface Report {
  /** Wall time. */
  readonly atMs: number;
  readonly address: string;
}

/** One interface of a home, watched as the product does it; only the wire is left out. */
export class WatchedRadio {
  readonly clock: ManualClock;
  readonly rhythm: RadioRhythm;
  readonly tracker: HealthTracker;
  /** Wall times at which the radio was found silent. */
  readonly alarms: number[] = [];
  readonly #router: EventRouter;

  constructor({ fromMs, remembered = [] }: { fromMs: number; remembered?: readonly RhythmDay[] }) {
    const clock = new ManualClock({ wallMs: fromMs });
    this.clock = clock;
    const eventBus = new EventBus({ clock });
    this.tracker = new HealthTracker({ eventBus, clock });
    this.rhythm = new RadioRhythm(remembered);
    this.tracker.add(NAME, { radio: new RadioWatch({ rhythm: this.rhythm, clock }) });
    const handler = ({ path, state }: PathChangedEvent): void => {
      if (path === "radio" && state === "failing") this.alarms.push(clock.wallMs());
    };
    eventBus.subscribe({ eventType: PathChangedEvent, eventKey: null, handler });
    this.#router = new EventRouter({
      interfaceName: NAME,
      interfaceId: NAME,
      client: { callbackReceived: () => {}, eventReceived: () => {}, latePongReceived: () => {}, settling: false },
      pingPong: new PingPongTracker({
        interfaceId: NAME,
        sourceId: NAME,
        nonce: "n",
        eventBus,
        recorder: { recordTimeout: () => {} },
        clock,
        timeoutMs: 10_000,
      }),
      inventory: new DeviceInventory(),
      progress: { devicesTold: () => {} },
      health: this.tracker,
      diagnosis: { callbackReceived: () => {}, pongReceived: () => {} },
      signals: new InterfaceSignals({
        clock,
        isSettling: () => false,
        nameOfDevice: (address) => address,
        remembered: [],
        isGone: () => false,
        onChange: () => {},
      }),
      incidents: { pongReceived: () => {} },
      recorder: { recordEventReceived: () => {} },
      eventBus,
    });
    this.connect();
  }

  get radio(): PathHealth | undefined {
    return this.tracker.health(NAME)?.paths.radio;
  }

  get state(): string | undefined {
    return this.radio?.state;
  }

  connect(): void {
    this.tracker.commandAnswered(NAME);
    this.tracker.registered(NAME);
    this.tracker.eventPathConfirmed(NAME);
  }

  confirmEvents(): void {
    this.tracker.eventPathConfirmed(NAME);
  }

  disconnect(): void {
    this.tracker.eventPathFailed(NAME, "lost");
  }

  report(address: string): void {
    this.#router.event({
      interfaceId: NAME,
      address: `${address}:1`,
      parameter: "STATE",
      value: true,
      arrivedAtMs: this.clock.monotonicMs(),
    });
  }

  /** Lets time pass, looking as often as the product does once a silence may be suspicious. */
  passTo(wallMs: number): void {
    const quietMs = Math.min(wallMs - this.clock.wallMs(), QUIET_MS);
    if (quietMs > 0) this.clock.advance(quietMs);
    while (this.clock.wallMs() < wallMs) {
      this.clock.advance(Math.min(CHECK_MS, wallMs - this.clock.wallMs()));
      this.tracker.updateHealth();
    }
    this.tracker.updateHealth();
  }

  hear(reports: Iterable<Report>): void {
    for (const { atMs, address } of reports) {
      this.passTo(atMs);
      this.report(address);
    }
  }

  /** Two devices in turn. */
  reportEvery(intervalMs: number, forMs: number): void {
    const endMs = this.clock.wallMs() + forMs;
    for (let turn = 0; this.clock.wallMs() < endMs; turn += 1) {
      this.passTo(this.clock.wallMs() + intervalMs);
      this.report(turn % 2 === 0 ? "A" : "B");
    }
  }
}
