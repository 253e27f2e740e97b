import { PASSWORD } from "@parlance/contract/passwords";
import { useQueryClient } from "@tanstack/react-query";
import { BadgeCheck, TriangleAlert } from "lucide-react";
import { ApiProblem, send } from "../../api.ts";
import { Alert } from "../../components/alert.tsx";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CopyId } from "../../components/copy-button.tsx";
import { Name } from "../../components/name.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { PasswordField } from "../../components/text-field.tsx";
import { useToast } from "../../components/toast.tsx";
import { type Person, usePerson } from "../../data/session.ts";
import { Fact, Facts } from "../../parts/facts.tsx";
import { Form } from "../../parts/form.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { useForm } from "../../parts/use-form.ts";

export function AccountPage() {
  return (
    <>
      <PageTitle title="Account" description="Who you are here, and your password." />
      <Loaded query={usePerson()} skeleton={<Waiting />}>
        {(person) => (
          <div className="flex flex-col gap-6">
            {!person.emailVerified && <Unverified person={person} />}
            <Card title="You" description="Apps that you connect learn your name and e-mail address.">
              <Profile person={person} />
            </Card>
            <Card
              title="Password"
              description="Changing it signs you out everywhere else. Connected apps keep their access."
            >
              <ChangePassword email={person.email} />
            </Card>
          </div>
        )}
      </Loaded>
    </>
  );
}

function Profile({ person }: { person: Person }) {
  return (
    <Facts>
      <Fact name="Name">
        <Name>{person.name}</Name>
      </Fact>
      <Fact name="E-mail address">
        <span className="flex flex-wrap items-center gap-2">
          <Name>{person.email}</Name>
          {person.emailVerified ? (
            <Badge tone="live" icon={BadgeCheck}>
              Verified
            </Badge>
          ) : (
            <Badge tone="production" icon={TriangleAlert}>
              Not verified
            </Badge>
          )}
        </span>
      </Fact>
      <Fact name="Account id">
        <CopyId value={person.id} />
      </Fact>
    </Facts>
  );
}

function Unverified({ person }: { person: Person }) {
  const form = useForm({});
  const toast = useToast();
  async function resend() {
    const body = { email: person.email, callbackURL: "/settings/account" };
    if (await form.submit(() => send("POST", "/api/auth/send-verification-email", body))) {
      toast({ title: "Sent. Open the link in the e-mail." });
    }
  }
  return (
    <Alert
      tone="production"
      title="Your e-mail address is not verified"
      action={
        <Button size="sm" busy={form.busy} onClick={() => void resend()}>
          Send the e-mail again
        </Button>
      }
    >
      {form.failure ?? "Until it is, you cannot connect apps or accept invitations."}
    </Alert>
  );
}

function ChangePassword({ email }: { email: string }) {
  const form = useForm({ currentPassword: "", newPassword: "" });
  const client = useQueryClient();
  const toast = useToast();
  const { currentPassword, newPassword } = form.values;
  async function change() {
    const check = {
      currentPassword: currentPassword ? null : "Enter your current password.",
      newPassword: newPassword.length < PASSWORD.min ? `Use at least ${PASSWORD.min} characters.` : null,
    };
    const body = { currentPassword, newPassword, revokeOtherSessions: true };
    if (!(await form.submit(() => send("POST", "/api/auth/change-password", body).catch(rephrase), check)))
      return;
    form.setValues({ currentPassword: "", newPassword: "" });
    toast({ title: "Password changed. Your other sessions were signed out." });
    await client.invalidateQueries();
  }
  return (
    <div className="max-w-md">
      <Form failure={form.failure} onSubmit={change}>
        {/* So that a password manager knows whose password this is. */}
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        <PasswordField
          size="md"
          label="Current password"
          autoComplete="current-password"
          value={currentPassword}
          error={form.problems.currentPassword ?? null}
          onChange={(event) => form.set("currentPassword", event.target.value)}
        />
        <PasswordField
          size="md"
          label="New password"
          autoComplete="new-password"
          hint={`At least ${PASSWORD.min} characters.`}
          value={newPassword}
          error={form.problems.newPassword ?? null}
          onChange={(event) => form.set("newPassword", event.target.value)}
        />
        <div>
          <Button type="submit" busy={form.busy}>
            Change password
          </Button>
        </div>
      </Form>
    </div>
  );
}

/** The library says "Invalid password" of two fields. */
function rephrase(error: unknown): never {
  if (!(error instanceof ApiProblem) || error.code !== "INVALID_PASSWORD") throw error;
  throw new ApiProblem({ ...error, description: "The current password is not right." });
}

function Waiting() {
  return (
    <div className="flex flex-col gap-6">
      <Skeleton className="h-52 rounded" />
      <Skeleton className="h-72 rounded" />
    </div>
  );
}
