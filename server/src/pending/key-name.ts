/** What a key is called, whichever key it is. */
export interface KeyName {
  namespace: string;
  name: string;
}

/** The key name as one text, to look things up by: no name holds a line break. */
export function identityOf({ namespace, name }: KeyName): string {
  return `${namespace}\n${name}`;
}

/** Sorts by namespace and name as both databases do: by code point, which differs from UTF-16 beyond U+D7FF. */
export function byKeyName(a: KeyName, b: KeyName): number {
  return byCodePoint(a.namespace, b.namespace) || byCodePoint(a.name, b.name);
}

function byCodePoint(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let index = 0; index < shorter; index++) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Half of a pair stands for a code point above all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
