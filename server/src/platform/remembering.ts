/**
 * A function that works out what it was asked before only once. For facts that never change, asked by short texts; of
 * more than `most` different ones it forgets all rather than to grow.
 */
export function remembering<Fact>(find: (text: string) => Fact, most = 1000): (text: string) => Fact {
  const known = new Map<string, { fact: Fact }>();
  return (text) => {
    const found = known.get(text);
    if (found) return found.fact;
    const fact = find(text);
    if (known.size >= most) known.clear();
    known.set(text, { fact });
    return fact;
  };
}
