import pg from "pg";

let generation = 0;

/**
 * The name under which a connection keeps a statement that is built once. When another node has changed a table since it was
 * planned, Postgres refuses on every connection, and for ever, to answer other columns under the same name.
 */
export function planName(name: string): string {
  return `${name}.${generation}`;
}

/** Whether a statement was refused for that. From then on all are planned anew, so that it may be sent again. */
export function noteOutdated(error: unknown): boolean {
  const isOutdated = error instanceof pg.DatabaseError && error.routine === "RevalidateCachedQuery";
  if (isOutdated) generation++;
  return isOutdated;
}
