import { useState } from "react";
import { ApiProblem, explain } from "../api.ts";

/**
 * State of a form that writes with one call. `problems` holds what is wrong per field, found here before sending or by
 * the server; `failure` is what belongs to no field.
 */
export function useForm<Values extends Record<string, unknown>>(initial: Values) {
  const [values, setValues] = useState(initial);
  const [problems, setProblems] = useState<Partial<Record<keyof Values, string | null>>>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  function set<Field extends keyof Values>(field: Field, value: Values[Field]) {
    setValues((all) => ({ ...all, [field]: value }));
    setProblems((all) => ({ ...all, [field]: null }));
  }

  /** Sends when `check` finds nothing; true when it was done. */
  async function submit(send: () => Promise<unknown>, check: typeof problems = {}): Promise<boolean> {
    setProblems(check);
    setFailure(null);
    const faulty = Object.keys(check).find((field) => check[field]);
    if (faulty) return false;
    setBusy(true);
    try {
      await send();
      return true;
    } catch (error) {
      const found = fieldProblems(error, Object.keys(initial)) as typeof problems;
      setProblems(found);
      if (Object.keys(found).length === 0) setFailure(explain(error));
      return false;
    } finally {
      setBusy(false);
    }
  }

  return { values, set, setValues, problems, failure, busy, submit };
}

function fieldProblems(error: unknown, fields: string[]): Record<string, string> {
  if (!(error instanceof ApiProblem)) return {};
  const found = fields.map((field) => [field, error.field(field)] as const).filter(([, problem]) => problem);
  return Object.fromEntries(found) as Record<string, string>;
}
