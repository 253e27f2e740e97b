/** Runs works of one name one after the other within this process; `owner` keeps several servers in one process apart. */
export async function inTurn<Result>(
  owner: object,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const queues = waiting.get(owner) ?? new Map<string, Promise<void>>();
  waiting.set(owner, queues);
  const mine = (queues.get(name) ?? Promise.resolve()).then(work);
  const over = mine.then(
    () => {},
    () => {},
  );
  queues.set(name, over);
  try {
    return await mine;
  } finally {
    if (queues.get(name) === over) queues.delete(name);
  }
}

const waiting = new WeakMap<object, Map<string, Promise<void>>>();
