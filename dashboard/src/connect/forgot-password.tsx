import { MailCheck } from "lucide-react";
import { useState } from "react";
import { Button } from "../components/button.tsx";
import { emailProblem, requestPasswordReset } from "./account.ts";
import { EmailField, Failure } from "./account-forms.tsx";
import { Problem } from "./problem.tsx";
import { returnPath, withReturn } from "./return-path.ts";
import { linkClass, Sheet, Shell } from "./shell.tsx";
import { useForm } from "./use-form.ts";

export default function ForgotPasswordPage() {
  const [next] = useState(() => returnPath(new URLSearchParams(location.search).get("next")));
  const [sentTo, setSentTo] = useState<string | null>(null);
  const form = useForm<"email">({
    check: ({ email }) => ({ email: emailProblem(email) }),
    async send({ email }) {
      await requestPasswordReset(email, withReturn("/reset-password", next));
      setSentTo(email);
    },
  });
  const back = (
    <p className="text-sm text-muted">
      Remembered it?{" "}
      <a href={withReturn("/sign-in", next)} className={linkClass}>
        Sign in
      </a>
    </p>
  );
  if (sentTo) {
    return (
      <Shell>
        <Problem
          icon={MailCheck}
          title="Check your inbox"
          action={
            <div className="flex flex-col gap-4">
              <Button size="lg" block onClick={() => setSentTo(null)}>
                Use another address
              </Button>
              {back}
            </div>
          }
        >
          If <bdi className="font-medium text-ink">{sentTo}</bdi> has an account, a link to choose a new
          password is on its way. It works for one hour.
        </Problem>
      </Shell>
    );
  }
  return (
    <Shell>
      <Sheet
        title="Choose a new password"
        lead="We send a link to your e-mail address; it leads to a page where you set a new one."
      >
        <form {...form.formProps} className="flex flex-col gap-4">
          <Failure text={form.failure} />
          <EmailField error={form.problems.email} />
          <Button type="submit" variant="primary" size="lg" block busy={form.busy}>
            Send the link
          </Button>
          {back}
        </form>
      </Sheet>
    </Shell>
  );
}
