import { Link2Off } from "lucide-react";
import { useEffect, useState } from "react";
import { Button, buttonClass } from "../components/button.tsx";
import { PasswordField } from "../components/text-field.tsx";
import { NEW_PASSWORD_HINT, newPasswordProblem, resetPassword } from "./account.ts";
import { Failure } from "./account-forms.tsx";
import { CallError } from "./api.ts";
import { Problem } from "./problem.tsx";
import { returnPath, withReturn } from "./return-path.ts";
import { Sheet, Shell } from "./shell.tsx";
import { useForm } from "./use-form.ts";

export default function ResetPasswordPage() {
  const [query] = useState(() => new URLSearchParams(location.search));
  const next = returnPath(query.get("next"));
  const token = query.get("token");
  const [dead, setDead] = useState(!token || query.has("error"));
  // The token is worth a password: it does not stay in the address bar, the history or a screenshot.
  useEffect(() => history.replaceState(null, "", withReturn("/reset-password", next)), [next]);

  const form = useForm<"password">({
    check: ({ password }) => ({ password: newPasswordProblem(password) }),
    async send({ password }) {
      try {
        await resetPassword(password, token ?? "");
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        if (error.code === "INVALID_TOKEN" || error.code === "USER_NOT_FOUND") {
          setDead(true);
          return;
        }
        if (error.code.startsWith("PASSWORD_TOO")) return { password: `${error.message}.` };
        throw error;
      }
      location.assign(`${withReturn("/sign-in", next)}${next === "/" ? "?" : "&"}notice=password-changed`);
    },
  });

  if (dead) {
    return (
      <Shell>
        <Problem
          icon={Link2Off}
          title="This link does not work any more"
          action={
            <a
              href={withReturn("/forgot-password", next)}
              className={buttonClass({ variant: "primary", size: "lg", block: true })}
            >
              Send a new link
            </a>
          }
        >
          Links to choose a new password work once and for an hour.
        </Problem>
      </Shell>
    );
  }
  return (
    <Shell>
      <Sheet title="Choose a new password" lead="It takes effect at once and signs you out everywhere else.">
        <form {...form.formProps} className="flex flex-col gap-4">
          <Failure text={form.failure} />
          <PasswordField
            name="password"
            label="New password"
            autoComplete="new-password"
            hint={NEW_PASSWORD_HINT}
            error={form.problems.password ?? null}
          />
          <Button type="submit" variant="primary" size="lg" block busy={form.busy}>
            Change password
          </Button>
        </form>
      </Sheet>
    </Shell>
  );
}
