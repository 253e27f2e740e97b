import { Clock, FileQuestion, UserRoundX } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { AppIcon } from "../components/app-icon.tsx";
import { Button } from "../components/button.tsx";
import { Name, plainName } from "../components/name.tsx";
import { currentPerson, type Person, signOut } from "./account.ts";
import { Failure, SignInForm, SignUpForm } from "./account-forms.tsx";
import { CallError, explain, getJson, postJson } from "./api.ts";
import { FailureProblem, HomeLink, Problem } from "./problem.tsx";
import { linkClass, Sheet, Shell } from "./shell.tsx";
import { useBackInSight } from "./use-back-in-sight.ts";
import { CheckInbox, WaitingPage } from "./verify-email.tsx";

interface Invitation {
  organization: { name: string; slug: string };
  email: string;
  role: string;
  invitedBy: string | null;
  expiresAt: string;
}

type State = { invitation: Invitation; person: Person | null } | { error: unknown };

/** `/invitations/:token`: joining an organization takes a session whose verified address is the invited one. */
export default function InvitationPage({ token }: { token: string }) {
  const [state, setState] = useState<State | null>(null);
  const path = `/api/dashboard/invitations/by-token/${encodeURIComponent(token)}`;
  const load = useCallback(async () => {
    try {
      const [invitation, person] = await Promise.all([getJson<Invitation>(path), currentPerson()]);
      setState({ invitation, person });
    } catch (error) {
      setState({ error });
    }
  }, [path]);
  useEffect(() => void load(), [load]);
  useBackInSight(async () => {
    // Only who is signed in can have changed; a failed look must not take the page away.
    const person = await currentPerson();
    setState((before) => (before && "invitation" in before ? { ...before, person } : before));
  });

  if (!state) return <WaitingPage />;
  return (
    <Shell>
      {"error" in state ? (
        <InvitationFailure error={state.error} onRetry={load} />
      ) : (
        <Step {...state} token={token} load={load} onAccept={() => postJson(`${path}/accept`, {})} />
      )}
    </Shell>
  );
}

function Step({
  invitation,
  person,
  token,
  load,
  onAccept,
}: {
  invitation: Invitation;
  person: Person | null;
  token: string;
  load: () => Promise<void>;
  onAccept: () => Promise<unknown>;
}) {
  const next = `/invitations/${encodeURIComponent(token)}`;
  const [unverified, setUnverified] = useState<string | null>(null);
  const waitingFor = unverified ?? (person && !person.emailVerified ? person.email : null);
  if (person && !sameAddress(person.email, invitation.email)) {
    return <OtherAddress invitation={invitation} person={person} load={load} />;
  }
  if (waitingFor) {
    async function check() {
      const now = await currentPerson();
      if (!now?.emailVerified) return false;
      setUnverified(null);
      await load();
      return true;
    }
    return <CheckInbox email={waitingFor} callback={next} check={check} />;
  }
  if (person) return <Accept invitation={invitation} person={person} onAccept={onAccept} />;
  return <Join invitation={invitation} next={next} onUnverified={setUnverified} onDone={load} />;
}

function Accept({
  invitation,
  person,
  onAccept,
}: {
  invitation: Invitation;
  person: Person;
  onAccept: () => Promise<unknown>;
}) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  async function accept() {
    setBusy(true);
    setFailure(null);
    try {
      await onAccept();
      location.assign("/");
    } catch (error) {
      setFailure(explain(error));
      setBusy(false);
    }
  }
  return (
    <InvitationSheet invitation={invitation}>
      <p className="text-sm text-muted">
        You are signed in as <bdi className="font-medium text-ink">{person.email}</bdi>.
      </p>
      <Failure text={failure} />
      <Button variant="primary" size="lg" block busy={busy} onClick={() => void accept()}>
        <span>
          Join <Name>{invitation.organization.name}</Name>
        </span>
      </Button>
    </InvitationSheet>
  );
}

function Join({
  invitation,
  next,
  onUnverified,
  onDone,
}: {
  invitation: Invitation;
  next: string;
  onUnverified: (email: string) => void;
  onDone: () => Promise<void>;
}) {
  const [creating, setCreating] = useState(false);
  const forms = { next, email: invitation.email, emailFixed: true, onUnverified };
  return (
    <InvitationSheet key={creating ? "create" : "sign-in"} invitation={invitation}>
      {creating ? <SignUpForm {...forms} /> : <SignInForm {...forms} onDone={onDone} />}
      <p className="text-sm text-muted">
        {creating ? "Have an account? " : "No account yet? "}
        <button type="button" onClick={() => setCreating(!creating)} className={linkClass}>
          {creating ? "Sign in" : "Create one"}
        </button>
      </p>
    </InvitationSheet>
  );
}

function InvitationSheet({ invitation, children }: { invitation: Invitation; children: ReactNode }) {
  const { organization, invitedBy, role } = invitation;
  return (
    <Sheet
      icon={<AppIcon name={organization.name} size="lg" />}
      documentTitle={`Join ${plainName(organization.name)}`}
      title={
        <>
          Join <Name>{organization.name}</Name>
        </>
      }
      lead={
        <>
          {invitedBy ? (
            <>
              <Name className="font-medium text-ink">{invitedBy}</Name> invited you
            </>
          ) : (
            "You are invited"
          )}{" "}
          to work on its translations as {role === "owner" || role === "admin" ? "an" : "a"} {role}.
        </>
      }
    >
      {children}
    </Sheet>
  );
}

function OtherAddress({
  invitation,
  person,
  load,
}: {
  invitation: Invitation;
  person: Person;
  load: () => Promise<void>;
}) {
  async function leave() {
    await signOut().catch(() => {});
    await load();
  }
  return (
    <Problem
      icon={UserRoundX}
      title="This invitation is for another address"
      action={
        <Button variant="primary" size="lg" block onClick={() => void leave()}>
          Sign out and switch
        </Button>
      }
    >
      It was sent to <bdi className="font-medium text-ink">{invitation.email}</bdi>, and you are signed in as{" "}
      <bdi className="font-medium text-ink">{person.email}</bdi>.
    </Problem>
  );
}

function InvitationFailure({ error, onRetry }: { error: unknown; onRetry: () => Promise<void> }) {
  const status = error instanceof CallError ? error.status : 0;
  if (status === 410) {
    return (
      <Problem icon={Clock} title="This invitation is no longer open" action={<HomeLink />}>
        It was accepted, withdrawn, or is too old. Ask whoever invited you for a new one.
      </Problem>
    );
  }
  if (status === 404) {
    return (
      <Problem icon={FileQuestion} title="This invitation is not known here" action={<HomeLink />}>
        The link may have been copied in part. Open it from the mail again.
      </Problem>
    );
  }
  return <FailureProblem error={error} onRetry={() => void onRetry()} />;
}

function sameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
