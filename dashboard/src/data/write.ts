import type { OperationName, Request as Sent } from "@parlance/contract/operations";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../api.ts";

/**
 * Writes with one operation. Resolves when everything on the page has been read again, which at a few small requests
 * is cheaper than knowing which write changes which list. `leave` goes to another page first: what was shown is gone.
 */
export function useWrite<Name extends OperationName>(name: Name, leave?: () => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: Sent<Name>) => call(name, input),
    onSuccess: async () => {
      await leave?.();
      await client.invalidateQueries();
    },
  });
}
