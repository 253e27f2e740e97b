import { useState } from "react";
import { AppIcon } from "../components/app-icon.tsx";
import { Name, plainName } from "../components/name.tsx";
import { SignInForm, SignUpForm } from "./account-forms.tsx";
import { type Client, type ConnectRequest, loadRequest } from "./request.ts";
import { linkClass, Sheet } from "./shell.tsx";
import { CheckInbox } from "./verify-email.tsx";

/** Signing in on the way to consent: says all along which app is waiting. */
export function RequestAccount({
  id,
  client,
  load,
}: {
  id: string;
  client: Client;
  load: () => Promise<ConnectRequest | null>;
}) {
  const [creating, setCreating] = useState(false);
  const [unverified, setUnverified] = useState<string | null>(null);
  const next = `/connect/${encodeURIComponent(id)}`;

  if (unverified) {
    async function check() {
      const fresh = await loadRequest(id);
      if (fresh.status === "sign_in" || fresh.status === "verify_email") return false;
      await load();
      return true;
    }
    return (
      <CheckInbox email={unverified} callback={next} check={check}>
        <p className="text-sm text-muted">
          Verified on another device, or had an account before?{" "}
          <button
            type="button"
            className={linkClass}
            onClick={() => {
              setUnverified(null);
              setCreating(false);
            }}
          >
            Sign in
          </button>
        </p>
      </CheckInbox>
    );
  }
  /** With a session the server's answer leads on to "check your inbox"; without one this page does. */
  async function waitForMail(email: string) {
    setUnverified(email);
    await load();
  }
  const forms = { next, onUnverified: waitForMail };
  return (
    <Sheet
      key={creating ? "create" : "sign-in"}
      icon={<AppIcon name={client.name} src={client.icon_url} size="lg" />}
      title={
        <>
          {creating ? "Create an account to connect " : "Sign in to connect "}
          <Name>{client.name}</Name>
        </>
      }
      documentTitle={`${creating ? "Create an account" : "Sign in"} for ${plainName(client.name)}`}
      lead={
        <>
          It wants to work with your translations. You decide on the next page what it may do, and{" "}
          {client.device ? (
            "go back to your device"
          ) : (
            <>
              return to <bdi className="font-medium text-ink">{client.redirect_host}</bdi>
            </>
          )}
          .
        </>
      }
    >
      {creating ? <SignUpForm {...forms} /> : <SignInForm {...forms} onDone={load} />}
      <p className="text-sm text-muted">
        {creating ? "Have an account? " : "No account yet? "}
        <button type="button" onClick={() => setCreating(!creating)} className={linkClass}>
          {creating ? "Sign in" : "Create one"}
        </button>
      </p>
    </Sheet>
  );
}
