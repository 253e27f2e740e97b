import { useId, useState } from "react";
import { Alert } from "../../components/alert.tsx";
import { Button } from "../../components/button.tsx";
import type { ConnectRequest } from "../request.ts";
import { approval, firstChoices, pickedOrganizations, scopesOn, whyNot } from "./choices.ts";
import { ConsentHeader } from "./consent-header.tsx";
import { Organizations } from "./organizations.tsx";
import { Permissions } from "./permissions.tsx";
import { consentSentence } from "./sentence.ts";
import { Sentence } from "./sentence-text.tsx";
import { useDecision } from "./use-decision.ts";

/** Who asks, as whom, where, what: and one sentence that says it all beside the two answers. */
export function ConsentPage({
  id,
  request,
  onChange,
}: {
  id: string;
  request: ConnectRequest;
  onChange: () => Promise<unknown>;
}) {
  const [choices, setChoices] = useState(() => firstChoices(request));
  const { sending, failure, answer } = useDecision(id, request, onChange);
  const reasonId = useId();
  const reason = whyNot(request, choices);

  return (
    <>
      <ConsentHeader request={request} />
      <Organizations request={request} choices={choices} onChange={setChoices} />
      <Permissions request={request} choices={choices} onChange={setChoices} />
      <div
        data-sticky-bar
        className="bottom-0 z-10 flex flex-col gap-3 rounded-b border-t border-line bg-surface px-5 py-4 sm:px-6 tall:sticky"
      >
        <p aria-live="polite" aria-atomic="true" className="text-sm text-pretty">
          <LiveSentence request={request} choices={choices} />
        </p>
        {failure && (
          <Alert tone="danger" announce>
            {failure}
          </Alert>
        )}
        <div className="flex flex-wrap items-center justify-end gap-2">
          <p id={reasonId} className="basis-full text-sm text-muted empty:hidden sm:grow sm:basis-0">
            {reason}
          </p>
          <div className="flex grow gap-2 sm:grow-0">
            <Button
              size="lg"
              className="grow"
              busy={sending === "cancel"}
              onClick={() => void answer({ approve: false })}
            >
              Cancel
            </Button>
            <Button
              size="lg"
              variant="primary"
              className="grow"
              busy={sending === "approve"}
              disabled={reason !== null}
              aria-describedby={reasonId}
              onClick={() => void answer(approval(request, choices))}
            >
              Authorize
            </Button>
          </div>
        </div>
      </div>
    </>
  );
}

function LiveSentence({
  request,
  choices,
}: {
  request: ConnectRequest;
  choices: ReturnType<typeof firstChoices>;
}) {
  const organizations = pickedOrganizations(request, choices).map((organization) => {
    const projects = choices.organizations.get(organization.id) ?? [];
    return { name: organization.name, projects: projects === "all" ? ("all" as const) : projects.length };
  });
  const scopes = scopesOn(request, choices);
  if (organizations.length === 0 || scopes.length === 0)
    return <span className="text-muted">Nothing is allowed yet.</span>;
  return <Sentence pieces={consentSentence(request.client.name, scopes, organizations)} />;
}
