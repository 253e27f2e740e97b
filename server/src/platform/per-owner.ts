/**
 * One value for each owner, made when it is first asked for and gone with its owner. Several servers in one process, each
 * with a database of its own, share nothing this way.
 */
export function perOwner<Value>(make: () => Value): (owner: object) => Value {
  const values = new WeakMap<object, { value: Value }>();
  return (owner) => {
    const known = values.get(owner) ?? { value: make() };
    values.set(owner, known);
    return known.value;
  };
}
