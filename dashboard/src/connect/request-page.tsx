import { useCallback, useEffect, useState } from "react";
import { signOut } from "./account.ts";
import { CallError } from "./api.ts";
import { CompletePage } from "./consent/complete.tsx";
import { ConsentPage } from "./consent/consent-page.tsx";
import { ConsentSkeleton } from "./consent/consent-skeleton.tsx";
import { CreateOrganization } from "./consent/create-organization.tsx";
import { FailureProblem } from "./problem.tsx";
import { type ConnectRequest, loadRequest } from "./request.ts";
import { RequestAccount } from "./request-account.tsx";
import {
  AppDisabled,
  Cancelled,
  Expired,
  OtherBrowser,
  UnknownRequest,
  WrongAccount,
} from "./request-problems.tsx";
import { isLink } from "./return-path.ts";
import { Shell } from "./shell.tsx";
import { useBackInSight } from "./use-back-in-sight.ts";
import { BrokenLink, CheckInbox } from "./verify-email.tsx";

/** `/connect/:requestId`: an app asks to be let in. The server's `status` says what comes next; this shows it. */
export function RequestPage({ id }: { id: string }) {
  const [request, setRequest] = useState<ConnectRequest | null>(null);
  const [error, setError] = useState<unknown>(null);

  const load = useCallback(async () => {
    try {
      const fresh = await loadRequest(id);
      setRequest(fresh);
      setError(null);
      return fresh;
    } catch (failure) {
      setError(failure);
      return null;
    }
  }, [id]);
  useEffect(() => void load(), [load]);
  useExpiry(request, load);
  useBackInSight(async () => {
    if (!request || !isOpen(request)) return;
    try {
      setRequest(await loadRequest(id));
    } catch (failure) {
      // What the server decides is news; that it was not reached would only take away what was typed here.
      if (failure instanceof CallError && failure.status > 0 && failure.status < 500) setError(failure);
    }
  });

  const wide = !error && (!request || isConsent(request));
  return (
    <Shell wide={wide}>
      {error ? (
        <RequestFailure error={error} request={request} onRetry={load} />
      ) : request ? (
        <NextStep id={id} request={request} load={load} />
      ) : (
        <ConsentSkeleton />
      )}
    </Shell>
  );
}

/** The one page that needs room. */
function isConsent({ status, organizations }: ConnectRequest): boolean {
  return status === "consent" && organizations.some((organization) => organization.selectable);
}

/** Something is still to be done here. */
function isOpen({ status }: ConnectRequest): boolean {
  return status === "sign_in" || status === "verify_email" || status === "consent";
}

interface StepProps {
  id: string;
  request: ConnectRequest;
  load: () => Promise<ConnectRequest | null>;
}

function NextStep({ id, request, load }: StepProps) {
  switch (request.status) {
    case "sign_in":
      return <RequestAccount id={id} client={request.client} load={load} />;
    case "verify_email":
      return <VerifyStep id={id} request={request} load={load} />;
    case "consent":
      return isConsent(request) ? (
        <ConsentPage id={id} request={request} onChange={load} />
      ) : (
        <CreateOrganization id={id} request={request} onChange={load} />
      );
    case "approved":
      return <CompletePage request={request} />;
    case "denied":
      return <Cancelled request={request} />;
    case "expired":
      return <Expired request={request} />;
  }
}

function VerifyStep({ id, request, load }: StepProps) {
  const [broken, setBroken] = useState(() => new URLSearchParams(location.search).has("error"));
  const email = request.user?.email ?? "";
  const callback = `/connect/${encodeURIComponent(id)}`;
  async function check() {
    const fresh = await loadRequest(id);
    if (fresh.status === "verify_email") return false;
    await load();
    return true;
  }
  if (broken) return <BrokenLink email={email} callback={callback} onSent={() => setBroken(false)} />;
  return (
    <CheckInbox email={email} callback={callback} check={check}>
      <NotYou switchUrl={request.switch_url}>Use another account</NotYou>
    </CheckInbox>
  );
}

/** Signs out and starts the same request anew. */
export function NotYou({ switchUrl, children }: { switchUrl: string; children: string }) {
  async function leave() {
    await signOut().catch(() => {});
    if (isLink(switchUrl)) location.assign(switchUrl);
  }
  return (
    <button
      type="button"
      onClick={() => void leave()}
      className="self-start rounded-sm text-sm text-muted underline decoration-line-strong underline-offset-4 hover:text-ink"
    >
      {children}
    </button>
  );
}

function RequestFailure({
  error,
  request,
  onRetry,
}: {
  error: unknown;
  request: ConnectRequest | null;
  onRetry: StepProps["load"];
}) {
  const { status, code } = error instanceof CallError ? error : { status: 0, code: "" };
  if (status === 404) return <UnknownRequest />;
  if (code === "app_disabled") return <AppDisabled />;
  if (status === 410) return <Expired request={request} />;
  if (status === 403 && code === "wrong_account") return <WrongAccount onLeave={onRetry} />;
  if (status === 403) return <OtherBrowser />;
  return <FailureProblem error={error} onRetry={() => void onRetry()} />;
}

/** Asks the server again when the request's time is over, so that nobody fills in a page that leads nowhere. */
function useExpiry(request: ConnectRequest | null, load: () => Promise<unknown>) {
  const at = request && isOpen(request) ? Date.parse(request.expires_at) : Number.NaN;
  useEffect(() => {
    if (Number.isNaN(at)) return;
    // At least a few seconds, so that a clock that runs ahead does not ask in a loop.
    const timer = setTimeout(load, Math.max(at - Date.now() + 1000, 5000));
    return () => clearTimeout(timer);
  }, [at, load]);
}
