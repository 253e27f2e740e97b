import type { Mail } from "../platform/mail.ts";

interface To {
  email: string;
}

export function verificationMail(to: To, link: string): Mail {
  return {
    to: to.email,
    subject: "Verify your e-mail address",
    text: letter([
      "Open this link to verify your address. It works for one hour.",
      link,
      "If you did not create an account, ignore this mail: without the link the address stays unverified.",
    ]),
  };
}

export function passwordResetMail(to: To, link: string): Mail {
  return {
    to: to.email,
    subject: "Choose a new password",
    text: letter([
      "Open this link to choose a new password. It works once, for one hour, and signs you out everywhere.",
      link,
      "If you did not ask for it, ignore this mail: your password stays as it is.",
    ]),
  };
}

/** The mail to an address that signs up again: the page must not reveal the account, so the mail does. */
export function existingAccountMail(to: To, publicUrl: string): Mail {
  return {
    to: to.email,
    subject: "You already have an account",
    text: letter([
      "Somebody tried to create an account with this address, which has one already. To sign in, or to choose a new password:",
      `${publicUrl}/sign-in`,
      "If it was not you, nothing has changed and nothing needs to be done.",
    ]),
  };
}

/** Does not greet by name: anybody may sign up a stranger's address under a name that is an advertisement. */
function letter(paragraphs: string[]): string {
  return `${["Hello,", ...paragraphs].join("\n\n")}\n`;
}
