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

/** Ends this session; a full load forgets everything that was read with it. */
export async function signOut(): Promise<void> {
  await send("POST", "/api/auth/sign-out", {});
  location.assign("/sign-in");
}
