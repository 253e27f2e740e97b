import { readUserCode } from "@parlance/contract/user-code";
import { MonitorSmartphone } from "lucide-react";
import { useEffect, useState } from "react";
import { Name } from "../../components/name.tsx";
import { currentPerson, type Person, signOut } from "../account.ts";
import { FailureProblem } from "../problem.tsx";
import { withReturn } from "../return-path.ts";
import { linkClass, Sheet, Shell } from "../shell.tsx";
import { useBackInSight } from "../use-back-in-sight.ts";
import { WaitingPage } from "../verify-email.tsx";
import { CodeForm } from "./code-form.tsx";
import { ConfirmCode } from "./confirm-code.tsx";

type State = { person: Person } | { error: unknown };

/**
 * `/device`: somebody brings the code that a device without a browser shows (RFC 8628 §3.3), typed, or in the address, which
 * they then have to recognize. From here on it is a request like any other, at `/connect/:requestId`.
 */
export default function DevicePage() {
  const [brought, setBrought] = useState(() =>
    readUserCode(new URLSearchParams(location.search).get("user_code") ?? ""),
  );
  const [state, setState] = useState<State | null>(null);

  async function look() {
    const person = await currentPerson();
    if (!person) return leaveToSignIn();
    // The code does not stay in the address bar or on a screenshot.
    history.replaceState(null, "", location.pathname);
    setState({ person });
  }
  function leaveToSignIn() {
    location.replace(withReturn("/sign-in", brought ? `/device?user_code=${brought}` : "/device"));
  }
  const load = () => look().catch((error: unknown) => setState({ error }));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens
  useEffect(() => void load(), []);
  useBackInSight(look);

  if (!state) return <WaitingPage />;
  if ("error" in state) {
    return (
      <Shell>
        <FailureProblem error={state.error} onRetry={() => void load()} />
      </Shell>
    );
  }
  return (
    <Shell>
      <Sheet
        key={brought ? "confirm" : "type"}
        icon={<DeviceIcon />}
        title={brought ? "Does your device show this code?" : "Connect a device"}
        lead={
          brought
            ? "Look at its screen. Go on only if the device is yours and shows these very letters."
            : "Type the code that your device or program shows you right now."
        }
      >
        {brought ? (
          <ConfirmCode code={brought} onOther={() => setBrought(null)} onSignedOut={leaveToSignIn} />
        ) : (
          <CodeForm onSignedOut={leaveToSignIn} />
        )}
        <SignedInAs person={state.person} onLeave={leaveToSignIn} />
      </Sheet>
    </Shell>
  );
}

function SignedInAs({ person, onLeave }: { person: Person; onLeave: () => void }) {
  return (
    <p className="text-sm text-muted">
      Signed in as <Name className="font-medium text-ink">{person.name}</Name>{" "}
      <bdi className="break-all">{person.email}</bdi>,{" "}
      <button type="button" className={linkClass} onClick={() => void signOut().finally(onLeave)}>
        not you?
      </button>
    </p>
  );
}

function DeviceIcon() {
  return (
    <span className="grid size-11 place-items-center rounded border border-line bg-sunken text-muted">
      <MonitorSmartphone aria-hidden className="size-5" />
    </span>
  );
}
