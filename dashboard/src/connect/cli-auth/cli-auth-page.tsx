import { administers, type Role } from "@parlance/contract/roles";
import { CircleCheck, CircleSlash, MonitorX, SquareTerminal } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "../../components/button.tsx";
import { Name } from "../../components/name.tsx";
import { currentPerson, type Person, signOut } from "../account.ts";
import { FailureProblem, HomeLink, Problem } from "../problem.tsx";
import { withReturn } from "../return-path.ts";
import { linkClass, Sheet, Shell } from "../shell.tsx";
import { useBackInSight } from "../use-back-in-sight.ts";
import { CheckInbox, WaitingPage } from "../verify-email.tsx";
import { allItems } from "./all-items.ts";
import { answered, programCallback } from "./callback.ts";
import { KeyForm } from "./key-form.tsx";

export interface Membership {
  id: string;
  name: string;
  role: Role;
}

type Answer = Parameters<typeof answered>[1];
type State = { person: Person; organizations: Membership[] } | { error: unknown };

/**
 * `/cli-auth?callback=…`: somebody who started a command-line program makes a secret API key for it, and the browser takes
 * the key to the address on this machine where the program listens. Nothing happens without a click.
 */
export default function CliAuthPage() {
  const [callback] = useState(() => programCallback(new URLSearchParams(location.search)));
  return callback ? <CliAuth callback={callback} /> : <NoProgram />;
}

function CliAuth({ callback }: { callback: URL }) {
  const [state, setState] = useState<State | null>(null);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const here = location.pathname + location.search;

  async function look() {
    const person = await currentPerson();
    if (!person) return location.replace(withReturn("/sign-in", here));
    const all = person.emailVerified ? await allItems<Membership>("/api/dashboard/organizations") : [];
    setState({ person, organizations: all.filter(({ role }) => administers(role)) });
  }
  const load = () => look().catch((error: unknown) => setState({ error }));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens
  useEffect(() => void load(), []);
  useBackInSight(async () => {
    if (!answer) await look();
  });

  function leave(answer: Answer) {
    setAnswer(answer);
    // In place of this page, which has done what it is for.
    location.replace(answered(callback, answer));
  }
  const cancel = () => leave({ error: "access_denied" });

  if (answer) return <Answered callback={callback} hasKey={"api_key" in answer} />;
  if (!state) return <WaitingPage />;
  if ("error" in state) {
    return (
      <Shell>
        <FailureProblem error={state.error} onRetry={() => void load()} />
      </Shell>
    );
  }
  const { person, organizations } = state;
  if (!person.emailVerified) {
    const check = async () => {
      if (!(await currentPerson())?.emailVerified) return false;
      await load();
      return true;
    };
    return (
      <Shell>
        <CheckInbox email={person.email} callback={here} check={check} />
      </Shell>
    );
  }
  if (organizations.length === 0) return <NoOrganization onCancel={cancel} />;
  return (
    <Shell>
      <Sheet
        icon={<Terminal />}
        title="Sign in a command-line program"
        lead={
          <>
            A program on this computer, at <Host callback={callback} />, asks for a secret API key. Its
            identity is not proven: go on only if you have just started it yourself, in a terminal.
          </>
        }
      >
        <p className="-mt-2 text-sm text-muted">
          Signed in as <Name className="font-medium text-ink">{person.name}</Name>{" "}
          <bdi className="break-all">{person.email}</bdi>,{" "}
          <button type="button" className={linkClass} onClick={() => void signOut().finally(load)}>
            not you?
          </button>
        </p>
        <KeyForm organizations={organizations} onMade={(key) => leave({ api_key: key })} onCancel={cancel} />
      </Sheet>
    </Shell>
  );
}

function NoOrganization({ onCancel }: { onCancel: () => void }) {
  return (
    <Shell>
      <Problem
        icon={MonitorX}
        title="Only owners and admins make keys"
        action={
          <div className="flex flex-col gap-2">
            <HomeLink>Open the dashboard</HomeLink>
            <Button size="lg" block onClick={onCancel}>
              Cancel
            </Button>
          </div>
        }
      >
        A command-line program works with the key of an organization, and you administer none. Create one, or
        ask an owner for a key.
      </Problem>
    </Shell>
  );
}

function NoProgram() {
  return (
    <Shell>
      <Problem icon={MonitorX} title="No program waits for this" action={<HomeLink />}>
        This page makes keys for command-line programs that listen on this computer, and the link names
        another address, or none. Start signing in from your terminal again.
      </Problem>
    </Shell>
  );
}

/** Seen when the program does not take the browser elsewhere, or on the way back. */
function Answered({ callback, hasKey }: { callback: URL; hasKey: boolean }) {
  return (
    <Shell>
      <Problem
        icon={hasKey ? CircleCheck : CircleSlash}
        title={hasKey ? "The key is on its way" : "Cancelled"}
        action={<HomeLink />}
      >
        {hasKey ? (
          <>
            <Host callback={callback} /> receives it; go on in your terminal. If the program had stopped
            waiting, start again there, and revoke the key that it did not get under API keys.
          </>
        ) : (
          <>
            No key was made, and <Host callback={callback} /> is told so.
          </>
        )}
      </Problem>
    </Shell>
  );
}

function Host({ callback }: { callback: URL }) {
  return <bdi className="font-medium text-ink">{callback.host}</bdi>;
}

function Terminal() {
  return (
    <span className="grid size-11 place-items-center rounded border border-line bg-sunken text-muted">
      <SquareTerminal aria-hidden className="size-5" />
    </span>
  );
}
