import { hasRole, ROLE_NAMES, ROLES, type Role } from "@parlance/contract/roles";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { plainName } from "../../components/name.tsx";
import { SelectField } from "../../components/select-field.tsx";
import { TextField } from "../../components/text-field.tsx";
import { useToast } from "../../components/toast.tsx";
import { useOrganization } from "../../data/organization.tsx";
import { useWrite } from "../../data/queries.ts";
import { Form } from "../../parts/form.tsx";
import { useForm } from "../../parts/use-form.ts";
import { ROLE_WORDS } from "./member-row.tsx";

export default function InviteMember({ onClose }: { onClose: () => void }) {
  const organization = useOrganization();
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Invite somebody"
      description={`They get an e-mail with a link to join ${plainName(organization.name)}. It works for the address it was sent to.`}
    >
      <InviteForm onDone={onClose} />
    </Dialog>
  );
}

function InviteForm({ onDone }: { onDone: () => void }) {
  const { id: organizationId, role: mine } = useOrganization();
  const invite = useWrite("invitations.create");
  const toast = useToast();
  const form = useForm({ email: "", role: "member" as Role });
  const { email, role } = form.values;

  async function submit() {
    const check = {
      email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim()) ? null : "Enter an e-mail address.",
    };
    const done = await form.submit(
      () => invite.mutateAsync({ organizationId, email: email.trim(), role }),
      check,
    );
    if (!done) return;
    toast({ title: `Invitation sent to ${plainName(email)}` });
    onDone();
  }

  return (
    <Form failure={form.failure} onSubmit={submit}>
      <TextField
        label="E-mail address"
        type="email"
        dir="ltr"
        autoComplete="off"
        value={email}
        error={form.problems.email ?? null}
        onChange={(event) => form.set("email", event.target.value)}
      />
      <SelectField
        label="Role"
        hint={`${ROLES[role].sentence}.`}
        value={role}
        options={ROLE_NAMES.filter((one) => hasRole(mine, one))
          .reverse()
          .map((one) => ({ value: one, label: ROLE_WORDS[one] }))}
        onChange={(event) => form.set("role", event.target.value as Role)}
      />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" busy={form.busy}>
          Send invitation
        </Button>
      </div>
    </Form>
  );
}
