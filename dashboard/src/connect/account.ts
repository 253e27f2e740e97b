import { PASSWORD } from "@parlance/contract/passwords";
import { getJson, postJson } from "./api.ts";

export interface Person {
  id: string;
  name: string;
  email: string;
  emailVerified: boolean;
}

/** Who is signed in here; null when nobody is. */
export async function currentPerson(): Promise<Person | null> {
  const session = await getJson<{ user: Person } | null>("/api/auth/get-session");
  return session?.user ?? null;
}

export function signIn(input: { email: string; password: string; rememberMe: boolean }): Promise<unknown> {
  return postJson("/api/auth/sign-in/email", input);
}

/**
 * Answers the same whether or not the address has an account already; only the mail differs. Then signs in:
 * a new account has its session in this browser before the address is verified, wherever the link is opened.
 */
export async function signUp(input: {
  name: string;
  email: string;
  password: string;
  callbackURL: string;
}): Promise<void> {
  await postJson("/api/auth/sign-up/email", input);
  await signIn({ email: input.email, password: input.password, rememberMe: true }).catch(() => {});
}

export function signOut(): Promise<unknown> {
  return postJson("/api/auth/sign-out", {});
}

export function sendVerification(email: string, callbackURL: string): Promise<unknown> {
  return postJson("/api/auth/send-verification-email", { email, callbackURL });
}

/** Answers the same whether or not the address has an account. */
export function requestPasswordReset(email: string, redirectTo: string): Promise<unknown> {
  return postJson("/api/auth/request-password-reset", { email, redirectTo });
}

export function resetPassword(newPassword: string, token: string): Promise<unknown> {
  return postJson("/api/auth/reset-password", { newPassword, token });
}

/** Good enough to catch a slip; the server and the mail decide. */
export function emailProblem(email: string): string | null {
  if (!email) return "Enter your e-mail address.";
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) ? null : "Enter an e-mail address like name@example.com.";
}

export function newPasswordProblem(password: string): string | null {
  if (password.length < PASSWORD.min) return `Use at least ${PASSWORD.min} characters.`;
  return password.length > PASSWORD.max ? `Use at most ${PASSWORD.max} characters.` : null;
}

export const NEW_PASSWORD_HINT = `At least ${PASSWORD.min} characters.`;
