import { Link2Off, MailCheck } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Alert } from "../components/alert.tsx";
import { Button } from "../components/button.tsx";
import { Loading, Skeleton } from "../components/skeleton.tsx";
import { emailProblem, sendVerification } from "./account.ts";
import { EmailField, Failure } from "./account-forms.tsx";
import { explain } from "./api.ts";
import { Problem } from "./problem.tsx";
import { Shell } from "./shell.tsx";
import { useBackInSight } from "./use-back-in-sight.ts";
import { useForm } from "./use-form.ts";

const SEND_AGAIN_AFTER_SECONDS = 60;
const LOOK_EVERY_MS = 4000;

/**
 * "Check your inbox". Looks whether the link has been opened (in another tab, say) every few seconds and whenever
 * somebody comes back to this one; `check` moves on by itself and answers true when it did.
 */
export function CheckInbox({
  email,
  callback,
  check,
  children,
}: {
  email: string;
  /** Where the link in the mail leads in the end. */
  callback: string;
  check: () => Promise<boolean>;
  /** A way out for somebody who mistyped the address. */
  children?: ReactNode;
}) {
  const [wait, setWait] = useState(SEND_AGAIN_AFTER_SECONDS);
  const [sent, setSent] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useLookout(check);
  useEffect(() => {
    if (wait === 0) return;
    const timer = setTimeout(() => setWait(wait - 1), 1000);
    return () => clearTimeout(timer);
  }, [wait]);

  async function sendAgain() {
    setBusy(true);
    setFailure(null);
    setSent(false);
    try {
      await sendVerification(email, callback);
      setSent(true);
      setWait(SEND_AGAIN_AFTER_SECONDS);
    } catch (error) {
      if (!(await check().catch(() => false))) setFailure(explain(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Problem
      icon={MailCheck}
      title="Check your inbox"
      action={
        <div className="flex flex-col gap-4">
          <Failure text={failure} />
          {sent && (
            <Alert tone="live" announce>
              A new link is on its way.
            </Alert>
          )}
          <Button size="lg" block busy={busy} disabled={wait > 0} onClick={() => void sendAgain()}>
            {wait > 0 ? <span className="tabular-nums">Send again in {wait} s</span> : "Send the link again"}
          </Button>
          {children}
        </div>
      }
    >
      Open the link we sent to <bdi className="font-medium text-ink">{email}</bdi>. This page moves on by
      itself once you have. If nothing arrives, look in your spam folder.
    </Problem>
  );
}

/** The link came back with an error: used, older than an hour, or cut in two by a mail program. */
export function BrokenLink({
  email,
  callback,
  onSent,
}: {
  email?: string | undefined;
  callback: string;
  onSent: (email: string) => void;
}) {
  const form = useForm<"email">({
    check: ({ email }) => ({ email: emailProblem(email) }),
    async send({ email }) {
      await sendVerification(email, callback);
      onSent(email);
    },
  });
  return (
    <Problem
      icon={Link2Off}
      title="This link does not work any more"
      action={
        <form {...form.formProps} className="flex flex-col gap-4">
          <Failure text={form.failure} />
          <EmailField email={email} fixed={Boolean(email)} error={form.problems.email} />
          <Button type="submit" variant="primary" size="lg" block busy={form.busy}>
            Send a new link
          </Button>
        </form>
      }
    >
      Links to verify an address work once and for an hour.
    </Problem>
  );
}

/** A card of about the right height while the first answer is on its way. */
export function WaitingPage() {
  return (
    <Shell>
      <div className="flex flex-col gap-4 px-5 py-8 sm:px-8">
        <Loading />
        <Skeleton className="size-11" />
        <Skeleton className="mt-2 h-6 w-3/4" />
        <Skeleton className="h-4 w-full" />
        <Skeleton className="h-4 w-2/3" />
        <Skeleton className="mt-3 h-11 w-full" />
      </div>
    </Shell>
  );
}

function useLookout(check: () => Promise<boolean>) {
  const latest = useRef(check);
  latest.current = check;
  useBackInSight(check);
  useEffect(() => {
    let running = false;
    async function look() {
      if (running || document.hidden) return;
      running = true;
      // A failed look is no news; the next one may succeed.
      await latest.current().catch(() => false);
      running = false;
    }
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
}
