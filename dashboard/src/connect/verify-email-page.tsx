import { BadgeCheck, MailCheck } from "lucide-react";
import { useEffect, useState } from "react";
import { buttonClass } from "../components/button.tsx";
import { currentPerson, type Person } from "./account.ts";
import { FailureProblem, Problem } from "./problem.tsx";
import { returnPath, withReturn } from "./return-path.ts";
import { Shell } from "./shell.tsx";
import { BrokenLink, CheckInbox, WaitingPage } from "./verify-email.tsx";

/** Where the link in the mail ends, and where a person can request a new one. */
export default function VerifyEmailPage() {
  const [query] = useState(() => new URLSearchParams(location.search));
  const next = returnPath(query.get("next"));
  const [state, setState] = useState<{ person: Person | null } | { error: unknown } | null>(null);
  const [requestedFor, setRequestedFor] = useState<string | null>(null);

  async function load() {
    setState(null);
    await currentPerson().then(
      (person) => setState({ person }),
      (error: unknown) => setState({ error }),
    );
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens
  useEffect(() => void load(), []);

  async function check() {
    const person = await currentPerson();
    if (person?.emailVerified) setState({ person });
    return person?.emailVerified ?? false;
  }

  if (!state) return <WaitingPage />;
  if ("error" in state)
    return <Shell>{<FailureProblem error={state.error} onRetry={() => void load()} />}</Shell>;
  const { person } = state;
  const callback = withReturn("/verify-email", next);
  const broken = query.has("error");
  if (person?.emailVerified || (!person && !broken && !requestedFor)) {
    return (
      <Shell>
        <Verified person={person} next={next} />
      </Shell>
    );
  }
  const email = requestedFor ?? (broken ? null : person?.email);
  return (
    <Shell>
      {email ? (
        <CheckInbox email={email} callback={callback} check={check} />
      ) : (
        <BrokenLink email={person?.email} callback={callback} onSent={setRequestedFor} />
      )}
    </Shell>
  );
}

function Verified({ person, next }: { person: Person | null; next: string }) {
  const known = person?.emailVerified;
  return (
    <Problem
      icon={known ? BadgeCheck : MailCheck}
      title={known ? "Your e-mail address is verified" : "Sign in to go on"}
      action={
        <a
          href={known ? next : withReturn("/sign-in", next)}
          className={buttonClass({ variant: "primary", size: "lg", block: true })}
        >
          {known ? "Continue" : "Sign in"}
        </a>
      }
    >
      {known
        ? "You can close this tab if you began in another window: that one has moved on by itself."
        : "If you came here from the link in our mail, your address is verified now."}
    </Problem>
  );
}
