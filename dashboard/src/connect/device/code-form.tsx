import { readUserCode } from "@parlance/contract/user-code";
import { Alert } from "../../components/alert.tsx";
import { Button } from "../../components/button.tsx";
import { TextField } from "../../components/text-field.tsx";
import { Failure } from "../account-forms.tsx";
import { useForm } from "../use-form.ts";
import { bringCode, codeProblem } from "./bring-code.ts";

/** Where the code is typed, in whatever case and with whatever between its letters. */
export function CodeForm({ onSignedOut }: { onSignedOut: () => void }) {
  const form = useForm<"code">({
    check: ({ code }) => ({
      code: readUserCode(code) ? null : "A code has eight letters, none of them a vowel.",
    }),
    async send({ code }) {
      try {
        await bringCode(readUserCode(code) ?? "", onSignedOut);
      } catch (error) {
        const problem = codeProblem(error);
        if (!problem) throw error;
        return { code: problem };
      }
    },
  });
  return (
    <form {...form.formProps} className="flex flex-col gap-4">
      <Failure text={form.failure} />
      <TextField
        name="code"
        label="Code"
        size="lg"
        dir="ltr"
        placeholder="XXXX-XXXX"
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={40}
        className="font-mono tracking-widest uppercase placeholder:tracking-widest"
        error={form.problems.code ?? null}
      />
      <NotFromOthers />
      <Button type="submit" variant="primary" size="lg" block busy={form.busy}>
        Continue
      </Button>
    </form>
  );
}

/** What a stranger who sends a code hopes that nobody reads (RFC 8628 §5.4). */
export function NotFromOthers() {
  return (
    <Alert tone="production" title="Never use a code that somebody sent you">
      Nobody else needs you to do this: not a colleague, not support. Whoever holds the device can act in your
      name afterwards.
    </Alert>
  );
}
