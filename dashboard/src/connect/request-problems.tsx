import { CircleSlash, Clock, FileQuestion, MonitorSmartphone, PowerOff, UserRoundX } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { Button, buttonClass } from "../components/button.tsx";
import { Name } from "../components/name.tsx";
import { signOut } from "./account.ts";
import { HomeLink, Problem } from "./problem.tsx";
import type { ConnectRequest } from "./request.ts";
import { isLink } from "./return-path.ts";

/** Cancelled, and the page did not leave by itself because nobody vouches for the address it would go to. */
export function Cancelled({ request }: { request: ConnectRequest }) {
  const back = request.continue_url ?? request.return_url;
  return (
    <Problem icon={CircleSlash} title="Cancelled" action={<ReturnLink request={request} to={back} />}>
      Nothing was changed in what <Name className="font-medium text-ink">{request.client.name}</Name> may do.
      {request.client.device && " Your device is told so; you can close this page."}
    </Problem>
  );
}

/** Tells the app by the rule for errors: at once where that is safe, else by a click (spec/oauth §1). */
export function Expired({ request }: { request: ConnectRequest | null }) {
  const back = request?.return_url;
  const leaves = request?.status === "expired" && request.redirect_trusted && request.user !== null;
  useEffect(() => {
    if (leaves && isLink(back)) location.replace(back);
  }, [leaves, back]);
  if (request?.client.device) return <ExpiredCode lifeSeconds={request.life_seconds} />;
  return (
    <Problem
      icon={Clock}
      title="Authorization link expired"
      action={request ? <ReturnLink request={request} to={request.return_url} /> : <HomeLink />}
    >
      {request
        ? `These links work for ${inWords(request.life_seconds)}.`
        : "These links work for a short time."}{" "}
      Go back to {request ? <Name className="font-medium text-ink">{request.client.name}</Name> : "the app"}{" "}
      and connect again; nothing was changed here.
    </Problem>
  );
}

/** The code of a device, which shows another one when it is asked again. */
function ExpiredCode({ lifeSeconds }: { lifeSeconds: number }) {
  return (
    <Problem
      icon={Clock}
      title="This code has expired"
      action={
        <a href="/device" className={buttonClass({ variant: "primary", size: "lg", block: true })}>
          Type another code
        </a>
      }
    >
      Codes of devices work for {inWords(lifeSeconds)}. Begin again on your device; nothing was changed here.
    </Problem>
  );
}

export function AppDisabled() {
  return (
    <Problem icon={PowerOff} title="This app is switched off" action={<HomeLink />}>
      Whoever made it, or whoever runs this server, switched it off while you were on the way. Nothing was
      changed here.
    </Problem>
  );
}

export function UnknownRequest() {
  return (
    <Problem icon={FileQuestion} title="This connection link is not known here" action={<HomeLink />}>
      It may have been copied in part. Go back to the app you came from and connect again.
    </Problem>
  );
}

/** The link in a verification mail, opened on another device, ends here too. */
export function OtherBrowser() {
  const failed = new URLSearchParams(location.search).has("error");
  return (
    <Problem icon={MonitorSmartphone} title="Go on in the browser where you began" action={<HomeLink />}>
      This connection was started in another browser or on another device, and can only be finished there.{" "}
      {failed
        ? "The link in the mail does not work any more; send yourself a new one there."
        : "If you came to verify your e-mail address, that is done."}
    </Problem>
  );
}

export function WrongAccount({ onLeave }: { onLeave: () => Promise<unknown> }) {
  async function leave() {
    await signOut().catch(() => {});
    await onLeave();
  }
  return (
    <Problem
      icon={UserRoundX}
      title="This link belongs to another account"
      action={
        <Button variant="primary" size="lg" block onClick={() => void leave()}>
          Sign out and switch
        </Button>
      }
    >
      Somebody else signed in while this connection was being made. Sign in with the account it was started
      with, or go back to the app and connect again.
    </Problem>
  );
}

/** A time in the unit that fits it: "10 minutes". */
function inWords(seconds: number): string {
  const [unit, length] = UNITS.find(([, length]) => seconds >= length && seconds % length === 0) ?? SECOND;
  const format = new Intl.NumberFormat("en", { style: "unit", unit, unitDisplay: "long" });
  return format.format(seconds / length);
}

const SECOND = ["second", 1] as const;
const UNITS = [["day", 86_400], ["hour", 3600], ["minute", 60], SECOND] as const;

/** "Return to app.example": leaves for the app's own address, so it says where it leads. */
function ReturnLink({ request, to }: { request: ConnectRequest; to: string | null }): ReactNode {
  if (!isLink(to)) return <HomeLink />;
  return (
    <a href={to} className={buttonClass({ variant: "primary", size: "lg", block: true })}>
      <span>
        Return to <bdi>{request.client.redirect_host}</bdi>
      </span>
    </a>
  );
}
