/** A bounded number of places, and a short queue before them: few clients ask again by themselves. */
export interface Places {
  /** Resolves to what gives the place back, or to undefined when none became free in time. */
  enter(): Promise<(() => void) | undefined>;
}

export interface PlacesOptions {
  readonly most: number;
  readonly maxWaiting: number;
  readonly maxWaitMs: number;
}

export function places({ most, maxWaiting, maxWaitMs }: PlacesOptions): Places {
  let taken = 0;
  const waiting = new Set<() => void>();
  /** The place goes to the one that waits longest, else it is free. */
  const leave = (): void => {
    const [next] = waiting;
    if (next === undefined) taken -= 1;
    else next();
  };
  return {
    enter: () => {
      if (taken < most) {
        taken += 1;
        return Promise.resolve(once(leave));
      }
      if (waiting.size >= maxWaiting) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        const admit = (): void => {
          clearTimeout(timer);
          waiting.delete(admit);
          resolve(once(leave));
        };
        const timer = setTimeout(() => {
          waiting.delete(admit);
          resolve(undefined);
        }, maxWaitMs);
        waiting.add(admit);
      });
    },
  };
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}
