import {
  ArrowLeftRight,
  BadgeCheck,
  CornerDownLeft,
  MonitorSmartphone,
  ShieldQuestion,
  TerminalSquare,
  TriangleAlert,
} from "lucide-react";
import type { ReactNode } from "react";
import { Alert } from "../../components/alert.tsx";
import { AppIcon } from "../../components/app-icon.tsx";
import { Badge } from "../../components/badge.tsx";
import { Mark } from "../../components/mark.tsx";
import { Name, plainName } from "../../components/name.tsx";
import { useArrival } from "../../components/page-title.tsx";
import type { Client, ConnectRequest } from "../request.ts";
import { NotYou } from "../request-page.tsx";

/** Who asks, where the way leads afterwards, and as whom one is about to answer. */
export function ConsentHeader({ request }: { request: ConnectRequest }) {
  const { client, user } = request;
  const heading = useArrival<HTMLHeadingElement>(`Connect ${plainName(client.name)}`);
  return (
    <header className="px-5 pt-8 sm:px-6">
      <div className="flex items-center justify-center gap-3">
        <AppIcon name={client.name} src={client.icon_url} size="lg" />
        <ArrowLeftRight aria-hidden className="size-4 text-muted" />
        <Mark className="size-14" />
      </div>
      <h1
        ref={heading}
        tabIndex={-1}
        className="mt-5 text-center text-[1.375rem]/7 font-semibold tracking-tight text-balance"
      >
        <Name>{client.name}</Name> wants to work with your translations
      </h1>
      <Origin client={client} />
      {client.device && (
        <Alert tone="production" className="mt-5" title="Only for a device that is yours">
          Whoever holds it can act in your name afterwards. If somebody sent you the code or the link, cancel.
        </Alert>
      )}
      {user && (
        <div className="-mx-5 mt-6 border-t border-line px-5 py-4 sm:-mx-6 sm:px-6">
          <SignedInAs request={request} user={user} />
        </div>
      )}
    </header>
  );
}

/** As whom one is about to answer, with a way out. */
function SignedInAs({
  request: { client, switch_url },
  user,
}: {
  request: ConnectRequest;
  user: { name: string; email: string };
}) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <AppIcon name={user.name} />
      <div className="min-w-0 grow text-sm">
        <p>
          Signed in as <Name className="font-medium">{user.name}</Name>
        </p>
        <p className="text-muted">
          <bdi>{user.email}</bdi>
        </p>
      </div>
      <NotYou switchUrl={switch_url}>Not you?</NotYou>
      <p className="w-full text-sm text-muted sm:ps-12">
        <Name>{client.name}</Name> learns this name and e-mail address.
      </p>
    </div>
  );
}

/** What is known about the app, and what is not. */
function Origin({ client }: { client: Client }) {
  return (
    <div className="mt-3 flex flex-col items-center gap-1.5 text-center text-sm text-muted">
      <p className="flex flex-wrap items-center justify-center gap-x-2 gap-y-1">
        {client.verified ? (
          <Badge tone="accent" icon={BadgeCheck}>
            Verified
          </Badge>
        ) : (
          <Badge icon={ShieldQuestion}>Not verified</Badge>
        )}
        {client.publisher && (
          <span>
            by <Name>{client.publisher}</Name>
          </span>
        )}
        {client.document_host && (
          <span>
            described by <bdi className="font-medium text-ink">{client.document_host}</bdi>
          </span>
        )}
        {client.homepage && (
          <span>
            <span aria-hidden>· </span>
            <bdi>{shortAddress(client.homepage)}</bdi>
          </span>
        )}
      </p>
      {client.device ? (
        <Line icon={<MonitorSmartphone aria-hidden className="size-4" />}>
          A device that shows you a code{client.device.proven ? "" : ", identity not proven"}
        </Line>
      ) : client.loopback ? (
        <Line icon={<TerminalSquare aria-hidden className="size-4" />}>
          A program on this computer, identity not proven
        </Line>
      ) : (
        <Line icon={<CornerDownLeft aria-hidden className="size-4" />}>
          You return to <bdi className="font-medium text-ink">{client.redirect_host}</bdi>
        </Line>
      )}
      {client.changed && (
        <Line icon={<TriangleAlert aria-hidden className="size-4" />}>
          This app has changed its description since you last allowed it. Look again at who asks.
        </Line>
      )}
    </div>
  );
}

function Line({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <p className="inline-flex items-start gap-1.5">
      <span className="mt-0.5 shrink-0">{icon}</span>
      <span>{children}</span>
    </p>
  );
}

/** A homepage is shown, not linked: nobody should leave from here to a page the app chose. */
function shortAddress(homepage: string): string {
  return homepage
    .replace(/^https?:\/\//, "")
    .replace(/\/$/, "")
    .slice(0, 40);
}
