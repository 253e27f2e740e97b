import type { Output, Request } from "@parlance/contract/operations";
import type { Caller, Context } from "../../src/context.ts";
import { importHandlers } from "../../src/imports/operations.ts";
import { sweepChunks } from "../../src/imports/sweep.ts";
import { importWorker } from "../../src/imports/worker.ts";
import { inCall } from "./context.ts";
import type { World } from "./projects.ts";

type Fields = Partial<Omit<Request<"imports.create">, "projectId" | "size">>;

/** Announces a file and sends it in one part; nobody reads it yet. */
export async function sendFile(
  ctx: Context,
  world: World,
  file: string | Uint8Array,
  fields: Fields = {},
  caller: Caller = world.person,
): Promise<string> {
  const bytes = Buffer.from(file as string);
  const request = { format: "ndjson" as const, size: bytes.length, ...fields };
  const { id } = await world.call("imports.create", request, caller);
  await sendPart(ctx, world, { importId: id, offset: 0, bytes }, caller);
  return id;
}

export function sendPart(
  ctx: Context,
  { reach, project }: World,
  { importId, offset, bytes }: { importId: string; offset: number; bytes: Uint8Array },
  caller: Caller,
): Promise<Output<"imports.upload">> {
  const pieces = (async function* () {
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
  })();
  const placed = { reach: caller.home ?? reach, project };
  return inCall(ctx, { caller, effect: "read", placed }, (call) =>
    importHandlers["imports.upload"]({ ...call, bytes: pieces }, { importId, offset }),
  );
}

/**
 * Does what a node would do next: claims the oldest import that waits and works on it, and deletes the bytes of those that
 * are over. Answers whether one waited. Throws what a node would log and try again later.
 */
export async function runNextImport(ctx: Context, isStopping = () => false): Promise<boolean> {
  const failures: unknown[] = [];
  const error = ({ err }: { err?: unknown }) => void (err && failures.push(err));
  const log: Context["log"] = Object.assign(Object.create(ctx.log), { error });
  const worked = await importWorker.step({ ...ctx, log }, isStopping);
  if (failures.length > 0) throw failures[0];
  while ((await ctx.db.write((tx) => sweepChunks(tx, ctx.clock.now(), 100))) > 0);
  return worked;
}

/** Imports a file to its end, and answers what became of it. */
export async function importFile(
  ctx: Context,
  world: World,
  file: string | Uint8Array,
  fields: Fields = {},
  caller: Caller = world.person,
): Promise<Output<"imports.get">> {
  const importId = await sendFile(ctx, world, file, fields, caller);
  while (await runNextImport(ctx));
  return world.call("imports.get", { importId });
}

/** A whole export, as text. */
export async function exportText(
  world: World,
  fields: Partial<Omit<Request<"exports.get">, "projectId">> = {},
): Promise<string> {
  const { bytes } = await world.call("exports.get", { format: "ndjson", ...fields });
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** A file of NDJSON. */
export function lines(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}
