/**
 * A pure function of objects that never change, worked out once for the same ones: rows that come from the cache are frozen,
 * and the same objects as long as they are up to date. Of objects that could change nothing is kept.
 */
export function derived<Sources extends readonly object[], Result>(
  work: (...sources: Sources) => Result,
): (...sources: Sources) => Result {
  const known = new WeakMap<object, { sources: Sources; result: Result }>();
  return (...sources) => {
    const [first] = sources as readonly object[];
    if (!first || !sources.every(Object.isFrozen)) return work(...sources);
    const last = known.get(first);
    if (last && sources.every((source, at) => source === last.sources[at])) return last.result;
    const result = work(...sources);
    known.set(first, { sources, result });
    return result;
  };
}
