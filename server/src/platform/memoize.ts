import { Lru } from "./lru.ts";

/**
 * A function that answers from a cache of its last `most` different arguments. It is for pure functions of a short text; a
 * call that throws is not cached.
 */
export function memoize<Result>(find: (text: string) => Result, most = 1000): (text: string) => Result {
  const cache = new Lru<{ result: Result }>(most);
  return (text) => {
    const cached = cache.get(text);
    if (cached) return cached.result;
    const result = find(text);
    cache.set(text, { result });
    return result;
  };
}
