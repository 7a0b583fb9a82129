/** Ends what it stands for when called or disposed; doing it twice is harmless. */
export interface Subscription extends Disposable {
  (): void;
}

export function subscription(end: () => void): Subscription {
  let ended = false;
  const once = (): void => {
    if (ended) return;
    ended = true;
    end();
  };
  return Object.assign(once, { [Symbol.dispose]: once });
}
