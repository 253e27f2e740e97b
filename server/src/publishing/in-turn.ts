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

/** Runs works of one owner at most so many at once, the others in the order they came. */
export async function withSlot<Result>(
  owner: object,
  slots: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const queue = queues.get(owner) ?? { running: 0, waiting: [] };
  queues.set(owner, queue);
  if (queue.running < slots) queue.running++;
  else await new Promise<void>((resolve) => queue.waiting.push(resolve));
  try {
    return await work();
  } finally {
    const next = queue.waiting.shift();
    // The slot goes over to who waits longest.
    if (next) next();
    else queue.running--;
  }
}

const queues = new WeakMap<object, { running: number; waiting: (() => void)[] }>();
