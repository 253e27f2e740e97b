import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import type { Config } from "./config.ts";

export interface Mail {
  to: string;
  subject: string;
  /** Plain text; the one link stands on a line of its own. */
  text: string;
}

export interface Mailer {
  send(mail: Mail): Promise<void>;
}

/** Sends by SMTP when SMTP_URL is set; otherwise writes a file per mail in DATA_DIR/mail, and prints it in development. */
export function openMailer(config: Config): Mailer {
  if (config.SMTP_URL) {
    const transport = createTransport(config.SMTP_URL);
    return {
      async send(mail) {
        await transport.sendMail({ from: config.MAIL_FROM, ...mail });
      },
    };
  }
  const folder = join(config.DATA_DIR, "mail");
  let count = 0;
  return {
    async send(mail) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const file = join(folder, `${Date.now()}-${String(count++).padStart(4, "0")}.json`);
      writeFileSync(file, JSON.stringify(mail, null, 2), { mode: 0o600 });
      if (config.NODE_ENV === "development") {
        const link = mail.text.match(/https?:\/\/\S+/)?.[0] ?? "";
        console.log(`\n  Mail to ${mail.to}: ${mail.subject}\n  ${link}\n`);
      }
    },
  };
}
