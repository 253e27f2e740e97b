import { useCallback, useEffect, useState } from "react";
import { Alert } from "../components/alert.tsx";
import { currentPerson } from "./account.ts";
import { SignInForm, SignUpForm } from "./account-forms.tsx";
import { returnPath, withReturn } from "./return-path.ts";
import { linkClass, Sheet, Shell } from "./shell.tsx";
import { useBackInSight } from "./use-back-in-sight.ts";
import { CheckInbox } from "./verify-email.tsx";

export function SignInPage() {
  const { next, notice } = useQuery();
  const [unverified, setUnverified] = useState<string | null>(null);
  useLeaveWhenSignedIn(next);
  if (unverified) return <Inbox email={unverified} next={next} />;
  return (
    <Shell>
      <Sheet title="Sign in to Parlance" documentTitle="Sign in">
        {notice === "password-changed" && (
          <Alert tone="live" announce>
            Your password was changed. Sign in with the new one.
          </Alert>
        )}
        <SignInForm next={next} onUnverified={setUnverified} onDone={() => location.assign(next)}>
          <p className="text-sm text-muted">
            No account yet?{" "}
            <a href={withReturn("/sign-up", next)} className={linkClass}>
              Create one
            </a>
          </p>
        </SignInForm>
      </Sheet>
    </Shell>
  );
}

export function SignUpPage() {
  const { next } = useQuery();
  const [email, setEmail] = useState<string | null>(null);
  useLeaveWhenSignedIn(next);
  if (email) return <Inbox email={email} next={next} />;
  return (
    <Shell>
      <Sheet
        title="Create your account"
        lead="Translations, releases and the apps that work on them, in one place."
      >
        <SignUpForm next={withReturn("/verify-email", next)} onUnverified={setEmail}>
          <p className="text-sm text-muted">
            Have an account?{" "}
            <a href={withReturn("/sign-in", next)} className={linkClass}>
              Sign in
            </a>
          </p>
        </SignUpForm>
      </Sheet>
    </Shell>
  );
}

function Inbox({ email, next }: { email: string; next: string }) {
  return (
    <Shell>
      <CheckInbox
        email={email}
        callback={withReturn("/verify-email", next)}
        check={async () => {
          if (!(await currentPerson())?.emailVerified) return false;
          location.assign(next);
          return true;
        }}
      >
        <p className="text-sm text-muted">
          Verified on another device, or had an account before?{" "}
          <a href={withReturn("/sign-in", next)} className={linkClass}>
            Sign in
          </a>
        </p>
      </CheckInbox>
    </Shell>
  );
}

/** Somebody who is signed in, or comes back from signing in elsewhere, has nothing to do here. A failing check leaves the form, which then says what is wrong. */
function useLeaveWhenSignedIn(next: string) {
  const look = useCallback(async () => {
    const person = await currentPerson();
    if (person?.emailVerified) location.replace(next);
  }, [next]);
  useEffect(() => void look().catch(() => {}), [look]);
  useBackInSight(look);
}

function useQuery() {
  const [query] = useState(() => new URLSearchParams(location.search));
  return { next: returnPath(query.get("next")), notice: query.get("notice") };
}
