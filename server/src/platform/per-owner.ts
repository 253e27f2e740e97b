/**
 * One value for each owner, made at first use and collected with its owner, so that several servers in one process, each
 * with a database of its own, do not share it.
 */
export function perOwner<Value>(make: () => Value): (owner: object) => Value {
  const values = new WeakMap<object, { value: Value }>();
  return (owner) => {
    const known = values.get(owner) ?? { value: make() };
    values.set(owner, known);
    return known.value;
  };
}
