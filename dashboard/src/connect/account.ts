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

/** `token` is null when the address has to be verified before there is a session. */
export function signUp(input: {
  name: string;
  email: string;
  password: string;
  callbackURL: string;
}): Promise<{ token: string | null }> {
  return postJson("/api/auth/sign-up/email", input);
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

export const SHORTEST_PASSWORD = 8;

export function newPasswordProblem(password: string): string | null {
  return password.length < SHORTEST_PASSWORD ? `Use at least ${SHORTEST_PASSWORD} characters.` : null;
}
