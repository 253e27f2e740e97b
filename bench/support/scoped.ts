type Ended = { stop(): Promise<unknown> } | { close(): Promise<unknown> };
/** Remembers that something has to be ended, and answers it. */
export type Keep = <Thing extends Ended>(thing: Thing) => Thing;

/** Runs `work`, then ends what it kept, the last first, also when it fails. */
export async function scoped<Result>(work: (keep: Keep) => Promise<Result>): Promise<Result> {
  const kept: Ended[] = [];
  try {
    return await work((thing) => {
      kept.push(thing);
      return thing;
    });
  } finally {
    for (const thing of kept.reverse()) await ("stop" in thing ? thing.stop() : thing.close());
  }
}
