import { ArrowRight, CircleCheck, MonitorSmartphone } from "lucide-react";
import { AppIcon } from "../../components/app-icon.tsx";
import { buttonClass } from "../../components/button.tsx";
import { Name } from "../../components/name.tsx";
import type { ConnectRequest, GivenGrant } from "../request.ts";
import { isLink } from "../return-path.ts";
import { linkClass, Sheet } from "../shell.tsx";
import { abilities } from "./sentence.ts";
import { Sentence } from "./sentence-text.tsx";

/** "Connection complete": what was granted where, where to change it later, and on to the app. */
export function CompletePage({ request }: { request: ConnectRequest }) {
  const { client, grants, continue_url } = request;
  return (
    <Sheet
      icon={
        <span className="grid size-11 place-items-center rounded border border-live-line bg-live-soft text-live-text">
          <CircleCheck aria-hidden className="size-6" />
        </span>
      }
      title="Connection complete"
      lead={
        <>
          <Name className="font-medium text-ink">{client.name}</Name> can now work for you in{" "}
          {grants.length === 1 ? "one organization" : `${grants.length} organizations`}.
        </>
      }
    >
      <ul className="divide-y divide-line border-y border-line">
        {grants.map((grant) => (
          <li key={grant.grant_id} className="flex gap-3 py-4">
            <AppIcon name={grant.organization_name} />
            <div className="min-w-0 text-sm">
              <p className="text-base font-medium">
                <Name>{grant.organization_name}</Name>
              </p>
              <p className="text-muted">
                <Projects grant={grant} />
              </p>
              <p className="mt-1.5">
                It can <Sentence pieces={abilities(grant.scopes)} />.
              </p>
            </div>
          </li>
        ))}
      </ul>
      {client.device && (
        <p className="flex items-start gap-2.5">
          <MonitorSmartphone aria-hidden className="mt-0.5 size-5 shrink-0 text-muted" />
          <span>You can go back to your device: it goes on by itself in a few seconds.</span>
        </p>
      )}
      {isLink(continue_url) && (
        <a href={continue_url} className={buttonClass({ variant: "primary", size: "lg", block: true })}>
          Continue to your app
          <ArrowRight aria-hidden className="rtl:rotate-180" />
        </a>
      )}
      <p className="text-sm text-muted">
        Change or remove this at any time in{" "}
        <a href="/settings/connected-apps" className={linkClass}>
          My connected apps
        </a>
        .
      </p>
    </Sheet>
  );
}

function Projects({ grant: { projects } }: { grant: GivenGrant }) {
  if (projects === "all") return "All projects";
  return projects.map((project, index) => (
    <span key={project.id}>
      {index > 0 && ", "}
      <Name>{project.name}</Name>
    </span>
  ));
}
