import { useState } from "react";
import { CallError, explain } from "../api.ts";
import { type Approval, type ConnectRequest, decide } from "../request.ts";
import { isLink } from "../return-path.ts";

/** Sends the answer once. After a cancel it leaves for the app only when the server vouches for the address. */
export function useDecision(id: string, request: ConnectRequest, onChange: () => Promise<unknown>) {
  const [sending, setSending] = useState<"approve" | "cancel" | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  async function answer(decision: Approval | { approve: false }) {
    if (sending) return;
    setSending(decision.approve ? "approve" : "cancel");
    setFailure(null);
    try {
      const { continue_url } = await decide(id, decision);
      if (!decision.approve && request.redirect_trusted && isLink(continue_url))
        location.assign(continue_url);
      else await onChange();
    } catch (error) {
      setFailure(explain(error));
      setSending(null);
      // Decided elsewhere, expired, signed out meanwhile: the request itself knows what comes next.
      if (error instanceof CallError && [401, 403, 404, 409, 410].includes(error.status)) await onChange();
    }
  }
  return { sending, failure, answer };
}
