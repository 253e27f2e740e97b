import { shownUserCode } from "@parlance/contract/user-code";
import { useState } from "react";
import { Button } from "../../components/button.tsx";
import { Failure } from "../account-forms.tsx";
import { explain } from "../api.ts";
import { bringCode, codeProblem } from "./bring-code.ts";
import { NotFromOthers } from "./code-form.tsx";

/** The code came in the address, so a person says that it is the one on their device (RFC 8628 §3.3.1). */
export function ConfirmCode({
  code,
  onOther,
  onSignedOut,
}: {
  code: string;
  onOther: () => void;
  onSignedOut: () => void;
}) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  async function confirm() {
    setBusy(true);
    setFailure(null);
    try {
      await bringCode(code, onSignedOut);
    } catch (error) {
      setFailure(codeProblem(error) ?? explain(error));
      setBusy(false);
    }
  }
  return (
    <div className="flex flex-col gap-4">
      <p dir="ltr" className="rounded border border-line bg-sunken py-4 text-center font-mono text-2xl">
        <strong className="font-semibold tracking-widest">{shownUserCode(code)}</strong>
      </p>
      <NotFromOthers />
      <Failure text={failure} />
      <div className="flex flex-col gap-2">
        <Button variant="primary" size="lg" block busy={busy} onClick={() => void confirm()}>
          Yes, my device shows it
        </Button>
        <Button size="lg" block disabled={busy} onClick={onOther}>
          No, type another code
        </Button>
      </div>
    </div>
  );
}
