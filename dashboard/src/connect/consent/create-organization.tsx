import { AppIcon } from "../../components/app-icon.tsx";
import { Button } from "../../components/button.tsx";
import { Name } from "../../components/name.tsx";
import { TextField } from "../../components/text-field.tsx";
import { Failure } from "../account-forms.tsx";
import { postJson } from "../api.ts";
import type { ConnectRequest } from "../request.ts";
import { Sheet } from "../shell.tsx";
import { useForm } from "../use-form.ts";
import { ClosedRow } from "./organizations.tsx";
import { useDecision } from "./use-decision.ts";

/**
 * Nobody to decide for: somebody without an organization of their own makes one on the way, and the app can then be
 * let into it.
 */
export function CreateOrganization({
  id,
  request,
  onChange,
}: {
  id: string;
  request: ConnectRequest;
  onChange: () => Promise<unknown>;
}) {
  const { client, organizations } = request;
  const { sending, failure, answer } = useDecision(id, request, onChange);
  return (
    <Sheet
      icon={<AppIcon name={client.name} src={client.icon_url} size="lg" />}
      title="Create an organization to go on"
      lead={
        <>
          Translations live in organizations, and you have none of your own yet.{" "}
          <Name className="font-medium text-ink">{client.name}</Name> gets nothing until you authorize it on
          the next page.
        </>
      }
    >
      {organizations.length > 0 && (
        <ul aria-label="Your organizations" className="-mt-2">
          {organizations.map((organization) => (
            <li key={organization.id}>
              <ClosedRow organization={organization} only />
            </li>
          ))}
        </ul>
      )}
      <NewOrganization onCreated={onChange} />
      <Failure text={failure} />
      <Button
        size="lg"
        block
        className="-mt-3"
        busy={sending !== null}
        onClick={() => void answer({ approve: false })}
      >
        Cancel
      </Button>
    </Sheet>
  );
}

function NewOrganization({ onCreated }: { onCreated: () => Promise<unknown> }) {
  const form = useForm<"name">({
    check: ({ name }) => ({ name: name.trim() ? null : "Enter a name." }),
    async send({ name }) {
      await postJson("/api/dashboard/organizations", { name: name.trim() });
      await onCreated();
    },
  });
  return (
    <form {...form.formProps} className="flex flex-col gap-4">
      <Failure text={form.failure} />
      <TextField
        name="name"
        label="Name of your organization"
        hint="A company, a team, or your own name. You can change it later."
        size="lg"
        autoComplete="organization"
        error={form.problems.name ?? null}
      />
      <Button type="submit" variant="primary" size="lg" block busy={form.busy}>
        Create organization
      </Button>
    </form>
  );
}
