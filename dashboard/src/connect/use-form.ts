import { type FormEvent, useRef, useState } from "react";
import { explain } from "./api.ts";

type Problems<Name extends string> = Partial<Record<Name, string | null>>;

/**
 * What every form here does: checks before sending, moves the focus to the first field that is wrong, sends once,
 * and keeps what was typed when the server refuses.
 */
export function useForm<Name extends string>({
  check,
  send,
}: {
  check: (values: Record<Name, string>) => Problems<Name>;
  /** Throws, or returns problems of single fields. */
  send: (values: Record<Name, string>) => Promise<Problems<Name> | undefined>;
}) {
  const form = useRef<HTMLFormElement>(null);
  const [problems, setProblems] = useState<Problems<Name>>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  function show(found: Problems<Name>): boolean {
    setProblems(found);
    const first = (Object.keys(found) as Name[]).find((name) => found[name]);
    const field = first && form.current?.elements.namedItem(first);
    if (field instanceof HTMLElement) field.focus();
    return first !== undefined;
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const values = Object.fromEntries(new FormData(event.currentTarget)) as Record<Name, string>;
    setFailure(null);
    if (show(check(values))) return;
    setBusy(true);
    try {
      const refused = await send(values);
      if (refused) show(refused);
    } catch (error) {
      setFailure(explain(error));
    } finally {
      setBusy(false);
    }
  }

  return { problems, failure, busy, formProps: { ref: form, onSubmit: submit, noValidate: true } };
}
