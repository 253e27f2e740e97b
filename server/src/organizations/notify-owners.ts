import type { Context, Reader } from "../context.ts";
import type { Mail } from "../platform/mail.ts";
import { selectOwnerAddresses } from "./store.ts";

/** A call, whose mails wait for its commit; or the context alone, for use after a commit. */
export type Notifier = Pick<Context, "mail" | "log"> & {
  afterCommit?(work: () => Promise<void> | void): void;
};

/**
 * Mails the owners of an organization. Best effort: a mail that cannot be sent is logged. Without `afterCommit` the mails
 * leave at once, so call it after the commit then.
 */
export async function notifyOwners(
  notifier: Notifier,
  store: Reader,
  organizationId: string,
  mail: Omit<Mail, "to">,
): Promise<void> {
  const addresses = await selectOwnerAddresses(store, organizationId);
  if (addresses.length === 0) return;
  const send = async () => {
    for (const to of addresses) {
      await notifier.mail.send({ ...mail, to }).catch((error: unknown) => {
        notifier.log.warn({ err: error, organizationId }, "an owner was not notified");
      });
    }
  };
  // Nobody waits for the mail server: how long an answer takes must not reveal whether a reported secret was real.
  if (notifier.afterCommit) notifier.afterCommit(() => void send());
  else void send();
}
