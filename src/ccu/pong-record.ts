/** So many pings in a row without PONG are no accident. */
const MISSED_PONGS = 2;
/** So many registrations in a row that were called back and brought no PONG have no other reason. */
const FRUITLESS_REGISTRATIONS = 4;

/** Knows what it means that PONGs of an interface process stay away: that it has dropped us, or that they say nothing. */
export class PongRecord {
  readonly #mayLack: boolean;
  #everCame = false;
  #areLacking = false;
  #eventsComeWithout = false;
  /** In a row, whatever else came. */
  #missing = 0;
  /** Those of them since which nothing else came either. */
  #missed = 0;
  #fruitlessRegistrations = 0;
  #heardSincePing = false;

  /** `mayLack`: there are versions of such an interface that never send a PONG. */
  constructor({ mayLack }: { mayLack: boolean }) {
    this.#mayLack = mayLack;
  }

  /** It is one of those interfaces that send none. */
  get areLacking(): boolean {
    return this.#areLacking;
  }

  /** Whether one that stays away would say something. */
  get proveEvents(): boolean {
    return !this.#areLacking && !this.#eventsComeWithout;
  }

  /** Nothing has come for so long that the registration must be made anew. */
  get areMissed(): boolean {
    return this.#missed >= MISSED_PONGS && !this.#areLacking;
  }

  get missed(): number {
    return this.#missed;
  }

  pingSent(): void {
    this.#heardSincePing = false;
  }

  came(): void {
    this.#everCame = true;
    this.#areLacking = false;
    this.#eventsComeWithout = false;
    this.#missing = 0;
    this.#missed = 0;
    this.#fruitlessRegistrations = 0;
  }

  /** An event that is sent to registered clients only. */
  eventCame(): void {
    this.#heardSincePing = true;
    this.#missed = 0;
    if (this.#missing < MISSED_PONGS) return;
    this.#eventsComeWithout = true;
    this.#areLacking ||= this.#canLack;
  }

  /** A ping was answered, and its PONG did not come. */
  stayedAway(): void {
    this.#missing += 1;
    if (this.#heardSincePing || !this.proveEvents) return;
    this.#missed += 1;
    if (this.#missed < MISSED_PONGS) return;
    this.#fruitlessRegistrations += 1;
    this.#areLacking = this.#canLack && this.#fruitlessRegistrations >= FRUITLESS_REGISTRATIONS;
  }

  /** The next registration has to prove itself. */
  lost(): void {
    this.#missed = 0;
    this.#eventsComeWithout = false;
  }

  get #canLack(): boolean {
    return this.#mayLack && !this.#everCame;
  }
}
