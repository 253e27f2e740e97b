import { MOST_IMPORT_BYTES } from "@parlance/contract/import-limits";
import type { OwnCall, Reach, Transaction } from "../context.ts";
import { actorId, toActor } from "../database/actor.ts";
import type { ProjectTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { needScope } from "../projects/need-scope.ts";
import { findImport } from "./find-import.ts";
import { importWaiting } from "./signals.ts";
import { addReceived, insertChunk, type NamedImport, updateImport } from "./store.ts";

/** Large enough for few commits, small enough to be read in one go while others are served. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Stores a part of the file as it arrives. Once all of it has arrived, the import waits for a worker. When a part breaks
 * off, what arrived of it stays, and `receivedBytes` says where to continue. Throws `forbidden` for any caller but the one
 * who announced the file, because it is imported in their name; `conflict` when the part does not begin where the last one
 * ended; `payload_too_large` for more than was announced.
 */
export async function receive(
  call: OwnCall,
  { project, reach }: { project: ProjectTable; reach: Reach },
  { importId, offset }: { importId: string; offset: number },
): Promise<void> {
  needScope(reach, "keys:write");
  const file = await findImport(call.store, project.id, importId);
  refuseOthers(call, file);
  if (file.state !== "uploading" || file.receivedBytes !== offset) throw notThere(file, offset);
  const received = await storeBody(call, file, offset);
  if (received < file.size) return;
  const queued = { state: "queued", queuedAt: call.clock.now() } as const;
  if (await call.db.write((tx) => updateImport(tx, file.id, ["uploading"], queued))) {
    importWaiting.raise(call.db);
  }
}

/** Stores a file that was announced in this transaction and is here as a whole. It waits for a worker then. */
export async function receiveWhole(
  tx: Transaction,
  importId: string,
  bytes: Uint8Array,
  now: number,
): Promise<void> {
  for (let position = 0; position < bytes.length; position += CHUNK_BYTES) {
    const piece = bytes.subarray(position, position + CHUNK_BYTES);
    if (!(await addReceived(tx, importId, position, piece.length))) {
      throw new Error(`Import ${importId} was not announced.`);
    }
    await insertChunk(tx, importId, position, piece);
  }
  await updateImport(tx, importId, ["uploading"], { state: "queued", queuedAt: now });
}

async function storeBody(call: OwnCall, file: NamedImport, offset: number): Promise<number> {
  let position = offset;
  let waiting: Uint8Array[] = [];
  let length = 0;
  const flush = async () => {
    if (length === 0) return;
    await storeChunk(call, file, position, Buffer.concat(waiting));
    position += length;
    [waiting, length] = [[], 0];
  };
  try {
    for await (const piece of call.bytes ?? []) {
      if (position + length + piece.length > file.size) throw tooMuch(file);
      waiting.push(piece);
      length += piece.length;
      if (length >= CHUNK_BYTES) await flush();
    }
  } finally {
    await flush();
  }
  return position;
}

async function storeChunk(
  call: OwnCall,
  file: NamedImport,
  position: number,
  bytes: Uint8Array,
): Promise<void> {
  await call.db.write(async (tx) => {
    if (!(await addReceived(tx, file.id, position, bytes.length))) {
      throw notThere(await findImport(tx, file.projectId, file.id), position);
    }
    await insertChunk(tx, file.id, position, bytes);
  });
}

function refuseOthers({ actor }: OwnCall, file: NamedImport): void {
  const announced = toActor(file);
  if (actorId(actor) === actorId(announced) && actor.grantId === announced.grantId) return;
  throw new ApiError("forbidden", "Only who announced the file may send it.");
}

function notThere({ state, receivedBytes }: NamedImport, offset: number): ApiError {
  const sentence =
    state === "uploading"
      ? `The file has come up to byte ${receivedBytes}; this part begins at ${offset}.`
      : `The import is ${state} and takes no more of its file.`;
  const error = {
    pointer: "/offset",
    code: "offset_moved",
    expected: String(receivedBytes),
    found: String(offset),
  };
  return new ApiError("conflict", sentence, { errors: [error] });
}

function tooMuch({ size }: NamedImport): ApiError {
  const sentence = `The file was announced with ${size} bytes, of at most ${MOST_IMPORT_BYTES}, and more have come.`;
  return new ApiError("payload_too_large", sentence);
}
