import type { ReactNode } from "react";
import { Alert } from "../components/alert.tsx";
import { Button } from "../components/button.tsx";
import { PasswordField, TextField } from "../components/text-field.tsx";
import { emailProblem, NEW_PASSWORD_HINT, newPasswordProblem, signIn, signUp } from "./account.ts";
import { CallError } from "./api.ts";
import { withReturn } from "./return-path.ts";
import { linkClass } from "./shell.tsx";
import { useForm } from "./use-form.ts";

interface FormProps {
  /** Where the links in mails lead back to. */
  next: string;
  /** Typed before, or fixed by an invitation. */
  email?: string | undefined;
  emailFixed?: boolean;
  /** The address has to be verified before there is a session. */
  onUnverified: (email: string) => unknown;
  /** "No account yet? Create one" */
  children?: ReactNode;
}

export function SignInForm({
  next,
  email,
  emailFixed,
  onUnverified,
  onDone,
  children,
}: FormProps & { onDone: () => unknown }) {
  const form = useForm<"email" | "password" | "remember">({
    check: ({ email, password }) => ({
      email: emailProblem(email),
      password: password ? null : "Enter your password.",
    }),
    async send({ email, password, remember }) {
      try {
        await signIn({ email, password, rememberMe: remember === "on" });
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        if (error.code === "EMAIL_NOT_VERIFIED") {
          await onUnverified(email);
          return;
        }
        if (error.code === "INVALID_EMAIL_OR_PASSWORD")
          return { password: "E-mail address or password is wrong." };
        throw error;
      }
      await onDone();
    },
  });
  return (
    <form {...form.formProps} className="flex flex-col gap-4">
      <Failure text={form.failure} />
      <EmailField email={email} fixed={emailFixed} error={form.problems.email} />
      <PasswordField
        name="password"
        label="Password"
        autoComplete="current-password"
        error={form.problems.password ?? null}
        aside={
          <a href={withReturn("/forgot-password", next)} className={`text-sm ${linkClass}`}>
            Forgot it?
          </a>
        }
      />
      <label className="flex items-center gap-2.5 text-sm">
        <input type="checkbox" name="remember" defaultChecked className="size-4 accent-accent" />
        Keep me signed in on this device
      </label>
      <Button type="submit" variant="primary" size="lg" block busy={form.busy}>
        Sign in
      </Button>
      {children}
    </form>
  );
}

/** Ends at `onUnverified`: only the owner of the mailbox learns whether the address had an account. */
export function SignUpForm({ next, email, emailFixed, onUnverified, children }: FormProps) {
  const form = useForm<"name" | "email" | "password">({
    check: ({ name, email, password }) => ({
      name: name.trim() ? null : "Enter your name.",
      email: emailProblem(email),
      password: newPasswordProblem(password),
    }),
    async send({ name, email, password }) {
      await signUp({ name: name.trim(), email, password, callbackURL: next });
      await onUnverified(email);
    },
  });
  return (
    <form {...form.formProps} className="flex flex-col gap-4">
      <Failure text={form.failure} />
      <TextField
        name="name"
        label="Your name"
        size="lg"
        autoComplete="name"
        error={form.problems.name ?? null}
      />
      <EmailField email={email} fixed={emailFixed} error={form.problems.email} />
      <PasswordField
        name="password"
        label="Password"
        autoComplete="new-password"
        hint={NEW_PASSWORD_HINT}
        error={form.problems.password ?? null}
      />
      <Button type="submit" variant="primary" size="lg" block busy={form.busy}>
        Create account
      </Button>
      {children}
    </form>
  );
}

export function EmailField({
  email,
  fixed,
  error,
}: {
  email?: string | undefined;
  fixed?: boolean | undefined;
  error?: string | null | undefined;
}) {
  return (
    <TextField
      name="email"
      type="email"
      label="E-mail address"
      size="lg"
      dir="ltr"
      autoComplete="username"
      autoCapitalize="none"
      spellCheck={false}
      inputMode="email"
      defaultValue={email}
      readOnly={fixed}
      error={error ?? null}
    />
  );
}

/** What the server said to the whole form. */
export function Failure({ text }: { text: string | null }) {
  if (!text) return null;
  return (
    <Alert tone="danger" announce>
      {text}
    </Alert>
  );
}
