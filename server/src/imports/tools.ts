import type { ToolInput, ToolOutput } from "@parlance/contract/tools";
import type { OwnCall, PlacedProject, Reach, ToolHandlers } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { sayAs } from "../platform/say-as.ts";
import { reachProject } from "../projects/reach-project.ts";
import { Patience } from "../work/patience.ts";
import { createImport } from "./create-import.ts";
import { findImport } from "./find-import.ts";
import { listProblems } from "./list-problems.ts";
import { receiveWhole } from "./receive.ts";
import { bytesSpent, importWaiting } from "./signals.ts";
import { type ImportView, toImport } from "./view.ts";

type Answer = ToolOutput<"importFile">;
type FileCall = OwnCall<Answer> & { readonly project: PlacedProject; readonly reach: Reach };

const MOST_PROBLEMS = 20;

export const importTools: ToolHandlers<"importFile"> = {
  async importFile(call, { content, waitMs, ...fields }) {
    const importId = await takeIn(call, Buffer.from(content), fields);
    importWaiting.raise(call.db);
    const patience = new Patience(call, waitMs, bytesSpent);
    let job = await findImport(call.store, call.project.id, importId);
    while (job.finishedAt === null && (await patience.pause())) {
      await refuseIfOutside(call);
      job = await findImport(call.store, call.project.id, importId);
    }
    return { ...toAnswer(toImport(job)), ...(await problemsOf(call, job)) };
  },
};

/** All of it in one transaction: a file that is announced is there, and written down once. */
function takeIn(
  call: FileCall,
  bytes: Uint8Array,
  fields: Omit<ToolInput<"importFile">, "content" | "waitMs">,
): Promise<string> {
  const pointerHere = (pointer: string) => (pointer === "/size" ? "/content" : pointer);
  return sayAs(pointerHere, () =>
    call.db.write(
      async (tx) => {
        const { settle: _, ...work } = call;
        const importId = await createImport({ ...work, store: tx }, call, { ...fields, size: bytes.length });
        await receiveWhole(tx, importId, bytes, call.now);
        call.note({ importId, size: bytes.length, format: fields.format });
        await call.settle(tx, toAnswer(toImport(await findImport(tx, call.project.id, importId))));
        return importId;
      },
      { turn: call.project.id },
    ),
  );
}

/** Whoever lost the right while the call waited is told so; what was begun stops by itself. */
async function refuseIfOutside(call: FileCall): Promise<void> {
  const caller = await call.findAgain();
  if (!(await reachProject(call.store, caller, call.project))) {
    throw new ApiError("not_found", "There is no such project.");
  }
}

function toAnswer({ id, state, dryRun, rows, changesetId, error, ...counts }: ImportView): Answer {
  const { keysCreated, keysUpdated, valuesCreated, valuesUpdated, unchanged, rejected, warnings } = counts;
  const isOver = state !== "queued" && state !== "running";
  return {
    ...{ id, state, dryRun, rows },
    ...{ keysCreated, keysUpdated, valuesCreated, valuesUpdated, unchanged, rejected, warnings },
    changesetId,
    error: error && { code: error.code, message: error.message },
    ...(!isOver && { hint: `It goes on by itself: call getSync with ${id}.` }),
    ...(isOver && dryRun && { hint: "Nothing was written: call again without dryRun to write it." }),
  };
}

async function problemsOf(
  { store, project, reach }: FileCall,
  { id, problems }: { id: string; problems: number },
): Promise<Pick<Answer, "problems" | "note">> {
  if (problems === 0) return {};
  if (!reach.scopes.includes("translations:read")) {
    return { note: `${problems} problems are not shown: that needs the scope translations:read.` };
  }
  const { items } = await listProblems(store, project.id, { importId: id, limit: MOST_PROBLEMS });
  return {
    problems: items.map(({ row, key, language, severity, code, message }) => {
      return { row, key, language, severity, code, message };
    }),
  };
}
