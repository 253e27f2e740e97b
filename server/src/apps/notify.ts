import type { Reader } from "../context.ts";
import { type Notifier, notifyOwners } from "../organizations/notify-owners.ts";
import type { Mail } from "../platform/mail.ts";
import { selectAppOwner } from "./store.ts";

/** Mails the owners of the organization that an app belongs to, if any, as `notifyOwners` does. */
export async function notifyAppOwners(
  notifier: Notifier,
  store: Reader,
  appId: string,
  mail: Omit<Mail, "to">,
): Promise<void> {
  const organizationId = await selectAppOwner(store, appId);
  if (organizationId !== null) await notifyOwners(notifier, store, organizationId, mail);
}
