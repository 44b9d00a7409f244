/** Work on one thing is done one after the other; on different things, at once. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Does the work when all that came before for this thing has ended, well or badly. */
  async take<T>(thing: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(thing);
    const { promise, resolve } = withResolvers();
    this.#last.set(thing, promise);
    try {
      await before;
      return await work();
    } finally {
      if (this.#last.get(thing) === promise) this.#last.delete(thing);
      resolve();
    }
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
