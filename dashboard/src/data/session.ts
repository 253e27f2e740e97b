import { queryOptions, useQuery } from "@tanstack/react-query";
import { leaveForSignIn, send } from "../api.ts";

export interface Person {
  id: string;
  name: string;
  email: string;
  emailVerified: boolean;
}

/** Who is signed in; without anybody the browser leaves for the sign-in page. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  staleTime: 60_000,
  queryFn: async ({ signal }) => {
    const session = await send<{ user: Person } | null>("GET", "/api/auth/get-session", undefined, signal);
    return session?.user ?? leaveForSignIn();
  },
});

export function usePerson() {
  return useQuery(sessionQuery);
}

/** Ends this session. */
export async function signOut(): Promise<never> {
  await send("POST", "/api/auth/sign-out", {});
  return startAfresh("/sign-in");
}

/** Loads another page whole, which forgets everything that was read: for when one's own access ended. */
export function startAfresh(path: string): Promise<never> {
  location.assign(path);
  return new Promise(() => {});
}
