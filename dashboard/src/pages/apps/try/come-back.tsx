import { CircleCheck, CircleX } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Alert } from "../../../components/alert.tsx";
import { Button } from "../../../components/button.tsx";
import { TextArea } from "../../../components/text-field.tsx";
import { checkCallback } from "./check-callback.ts";
import { Step } from "./step.tsx";
import type { StepProps } from "./way.ts";

/** Takes the address to which the browser was sent back, and looks at it as an app must. */
export function ComeBack({ metadata, way, go }: StepProps) {
  const [address, setAddress] = useState("");
  const [checked, setChecked] = useState<ReturnType<typeof checkCallback>>();
  const { started } = way;
  function check(event: FormEvent) {
    event.preventDefault();
    if (!started) return;
    const found = checkCallback(address, started, metadata);
    setChecked(found);
    go({ secret: way.secret, started, code: found.code ?? undefined });
  }
  return (
    <Step
      number={2}
      title="Come back"
      description="After “Authorize” and “Continue to your app”, the browser goes to your redirect address. It need not answer: copy the address from the address bar."
      isOpen={started !== undefined}
      isDone={way.code !== undefined}
    >
      <Alert title="If your app is running there">
        It sees a state that it never made. It must refuse this answer and leave the code alone: if the next
        step says that the code was used, your app redeems codes that it did not ask for.
      </Alert>
      <form onSubmit={check} className="flex flex-col gap-4">
        <TextArea
          label="The address you came back to"
          required
          dir="ltr"
          spellCheck={false}
          className="font-mono"
          value={address}
          onChange={(event) => setAddress(event.target.value)}
          hint="A code is good for a few minutes, and once."
        />
        <Button type="submit" variant="primary" className="self-start">
          Check it
        </Button>
      </form>
      {checked && (
        <ul aria-live="polite" className="flex flex-col gap-2 text-sm">
          {checked.checks.map(({ isPassed, text }) => (
            <li key={text} className="flex items-start gap-2">
              {isPassed ? (
                <CircleCheck aria-label="Right:" className="mt-0.5 size-4 shrink-0 text-live-text" />
              ) : (
                <CircleX aria-label="Wrong:" className="mt-0.5 size-4 shrink-0 text-danger-text" />
              )}
              <span className="min-w-0 break-words">{text}</span>
            </li>
          ))}
        </ul>
      )}
    </Step>
  );
}
