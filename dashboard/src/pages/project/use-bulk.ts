import type { Request } from "@parlance/contract/operations";
import { useQueryClient } from "@tanstack/react-query";
import { ApiProblem, call, explain } from "../../api.ts";
import { useToast } from "../../components/toast.tsx";
import type { Key } from "./key-table.tsx";
import { takeBackWhole } from "./take-back-whole.ts";
import { faultInWords } from "./value-editor.tsx";

/** Keys that one call changes; below what it takes, so that a long selection shows progress and none takes long. */
const PER_CALL = 500;

interface Done {
  changesetId: string | null;
}

/**
 * Changes many keys, some hundreds a call, and says so with a way to take all of it back. `send` is given the ids of one
 * call. Rejects with the reason of the first call that fails, after saying what the calls before it did.
 */
export function useBulk(projectId: string) {
  const client = useQueryClient();
  const toast = useToast();
  const readAgain = () => void client.invalidateQueries();

  async function undo(changesets: string[]) {
    const revert = (input: Request<"changesets.revert">) => call("changesets.revert", input);
    try {
      let skipped = 0;
      for (const changesetId of changesets.toReversed()) {
        skipped += (await takeBackWhole(revert, { projectId, changesetId })).skippedCount;
      }
      toast({ title: skipped > 0 ? `Taken back, except ${skipped} that changed since` : "Taken back" });
    } catch (error) {
      toast({ tone: "danger", title: explain(error) });
    }
    readAgain();
  }

  return async function run<Answer extends Done>(
    keys: Key[],
    send: (ids: string[]) => Promise<Answer>,
    words: (answers: Answer[]) => string,
  ): Promise<void> {
    const answers: Answer[] = [];
    try {
      for (let from = 0; from < keys.length; from += PER_CALL) {
        const part = keys.slice(from, from + PER_CALL);
        answers.push(await send(part.map(({ id }) => id)).catch(blameByName(part)));
      }
    } finally {
      const changesets = answers.flatMap(({ changesetId }) => changesetId ?? []);
      if (answers.length > 0) {
        const action = { label: "Undo", onClick: () => void undo(changesets) };
        toast({ title: words(answers), ...(changesets.length > 0 && { action }) });
        readAgain();
      }
    }
  };
}

/** How many keys are named when a call is refused. */
const NAMED = 3;

/** The server blames keys by their place in the call; people know them by name. */
function blameByName(keys: Key[]) {
  return (error: unknown): never => {
    if (!(error instanceof ApiProblem)) throw error;
    const blamed = error.fieldErrors.flatMap((fault) => {
      const key = keys[Number(/^\/(?:keys|values)\/(\d+)/.exec(fault.pointer)?.[1])];
      return key ? [`${key.name}: ${faultInWords(fault)}`] : [];
    });
    if (blamed.length === 0) throw error;
    const more = blamed.length > NAMED ? ` And ${blamed.length - NAMED} more.` : "";
    const description = `This was refused. ${blamed.slice(0, NAMED).join(" ")}${more}`;
    throw new ApiProblem({ status: error.status, code: error.code, description, requestId: error.requestId });
  };
}
