import { ROLES, type Role } from "@parlance/contract/roles";
import type { Mail } from "../platform/mail.ts";

interface Invitation {
  to: string;
  organizationName: string;
  inviterName: string;
  role: Role;
  link: string;
  expiresAt: number;
}

export function invitationMail(invitation: Invitation): Mail {
  const organization = plain(invitation.organizationName);
  const until = new Date(invitation.expiresAt).toISOString().slice(0, 10);
  return {
    to: invitation.to,
    subject: `Join ${organization}`,
    text: `${[
      "Hello,",
      `${plain(invitation.inviterName)} invites you to the organization "${organization}" as ${invitation.role}: ${ROLES[invitation.role].sentence.toLowerCase()}.`,
      `Open this link until ${until} to join. Sign in, or create an account, with this address (${invitation.to}).`,
      invitation.link,
      "If you do not know what this is about, ignore this mail.",
    ].join("\n\n")}\n`,
  };
}

/** Strangers choose names: no second link, no text that runs the other way, nothing endless. */
function plain(name: string): string {
  const letters = name.replace(/[\p{Cc}\p{Cf}]/gu, "").replace(/(?:\w+:)?\/\/|www\./gi, "");
  return Array.from(letters).slice(0, 60).join("").trim();
}
