import { useId, useState } from "react";
import { Alert } from "../../components/alert.tsx";
import { Button } from "../../components/button.tsx";
import { explain } from "../api.ts";
import { type ConnectRequest, decide } from "../request.ts";
import { isLink } from "../return-path.ts";
import { approval, firstChoices, pickedPlaces, scopesOn, whyNot } from "./choices.ts";
import { ConsentHeader } from "./consent-header.tsx";
import { Permissions } from "./permissions.tsx";
import { Places } from "./places.tsx";
import { consentSentence } from "./sentence.ts";
import { Sentence } from "./sentence-text.tsx";

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
  const [sending, setSending] = useState<"approve" | "deny" | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const reasonId = useId();
  const reason = whyNot(request, choices);

  async function answer(kind: "approve" | "deny") {
    if (sending) return;
    setSending(kind);
    setFailure(null);
    try {
      const answer = await decide(id, kind === "approve" ? approval(request, choices) : { approve: false });
      if (kind === "deny" && request.redirect_trusted && isLink(answer.continue_url)) {
        return location.assign(answer.continue_url);
      }
      await onChange();
    } catch (error) {
      setFailure(explain(error));
      setSending(null);
      // Decided elsewhere, expired, signed out meanwhile: the request itself knows what comes next.
      if (isOver(error)) await onChange();
    }
  }

  return (
    <>
      <ConsentHeader request={request} />
      <Places request={request} choices={choices} onChange={setChoices} onCreated={onChange} />
      <Permissions request={request} choices={choices} onChange={setChoices} />
      <div className="bottom-0 z-10 flex flex-col gap-3 rounded-b border-t border-line bg-surface px-5 py-4 sm:px-6 tall:sticky">
        <p aria-live="polite" aria-atomic="true" className="text-sm text-pretty">
          <LiveSentence request={request} choices={choices} />
        </p>
        {failure && (
          <Alert tone="danger" announce>
            {failure}
          </Alert>
        )}
        <div className="flex flex-wrap items-center justify-end gap-2">
          <p id={reasonId} className="grow text-sm text-muted">
            {reason}
          </p>
          <div className="flex grow gap-2 sm:grow-0">
            <Button size="lg" className="grow" busy={sending === "deny"} onClick={() => void answer("deny")}>
              Cancel
            </Button>
            <Button
              size="lg"
              variant="primary"
              className="grow"
              busy={sending === "approve"}
              disabled={reason !== null}
              aria-describedby={reasonId}
              onClick={() => void answer("approve")}
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
  const places = pickedPlaces(request, choices).map((place) => {
    const projects = choices.places.get(place.id) ?? [];
    return { name: place.name, projects: projects === "all" ? ("all" as const) : projects.length };
  });
  const scopes = scopesOn(request, choices);
  if (places.length === 0 || scopes.length === 0)
    return <span className="text-muted">Nothing is allowed yet.</span>;
  return <Sentence pieces={consentSentence(request.client.name, scopes, places)} />;
}

function isOver(error: unknown): boolean {
  const status = (error as { status?: number }).status ?? 0;
  return [401, 403, 404, 409, 410].includes(status);
}
