import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { name as nameSchema } from "@parlance/contract/operation";
import { ALL_SCOPES, isScope, type Scope } from "@parlance/contract/scopes";
import { type App, findApp } from "./apps/apps.ts";
import { verifyApp } from "./apps/change-app.ts";
import { createApp } from "./apps/create-app.ts";
import { disableApp, enableApp } from "./apps/end-app.ts";
import { recordAudit } from "./audit/record.ts";
import type { Context, Database, Reader, Transaction } from "./context.ts";
import { SYSTEM } from "./database/actor.ts";
import { backUpSqlite } from "./database/back-up.ts";
import { isDiskFull } from "./database/disk-full.ts";
import { databaseUrl, openDatabase } from "./database/open.ts";
import { SigningKeys } from "./oauth/signing-keys.ts";
import { describeUnownedApps } from "./oauth/unowned-apps.ts";
import { findOrganizationBySlug } from "./organizations/organizations.ts";
import { ApiError } from "./platform/api-error.ts";
import { fileClock, systemClock } from "./platform/clock.ts";
import { type Config, ConfigError, describeSettings, readConfig } from "./platform/config.ts";
import { Keyring } from "./platform/crypto.ts";
import { openLog } from "./platform/log.ts";
import { secretKey } from "./platform/secret-key.ts";

const USAGE = `Usage: npm run admin -- <command>

  apps:create --name <name> --redirect-uri <uri> [--redirect-uri <uri> …]
              [--type web|spa|native] [--public] [--homepage <address>]
              [--scope <scope> …] [--organization <slug>] [--devices]
      Registers an app and prints its client_id and, for a confidential one, its
      client secret. A web app is confidential unless --public is given. With
      --devices it may connect people on devices without a browser.
  apps:list [--unapproved] [--limit <count>]
      Lists the apps that nobody here registered, oldest first: those that
      registered themselves and those of a metadata document, with their age,
      whether somebody approved them, and what of them lives. At most 1000.
  apps:verify <app id> [--off]
      Marks an app as verified, or no longer.
  apps:disable <app id> [--off]
      Disables an app and revokes all its connections for good. With --off the
      app may be connected anew.
  keys:rotate
      Publishes new signing keys now; they sign in a day, and the present ones
      stay published until their last token has expired.

  backup <file>
      Copies the embedded database into a new file, while the server runs.
      The secret key is not in it.
  settings
      Lists every setting with its default and meaning.

It reads the same settings from the environment as the server.`;

/** What was typed cannot be run; the message says why. */
class UsageError extends Error {}

type Tools = Pick<Context, "config" | "db" | "clock" | "log" | "keyring">;

interface Command {
  ctx: Tools;
  db: Database;
  now: number;
  args: string[];
}

const COMMANDS: Record<string, (command: Command) => Promise<string>> = {
  "apps:create": createFromArgs,
  "apps:list": listApps,
  "apps:verify": (command) =>
    switchApp(command, "apps.verify", async (tx, app, off) => {
      await verifyApp(tx, app.id, off ? null : command.now);
      return off ? "is no longer verified" : "is verified";
    }),
  "apps:disable": (command) =>
    switchApp(command, "apps.disable", async (tx, app, off) => {
      if (off && app.enabled) return "is enabled already";
      if (off) {
        await enableApp(tx, app.id, { actor: SYSTEM, via: "cli" }, command.now);
        return "is enabled; its users have to connect again";
      }
      const revoked = await disableApp(tx, app.id, { actor: SYSTEM, via: "cli" }, command.now);
      return `is disabled; ${revoked} connections were revoked`;
    }),
  "keys:rotate": rotateKeys,
};

/**
 * Runs one command and answers what to print.
 * Throws `UsageError` for what cannot be run, and `ApiError` for what is refused.
 */
export async function runCommand(ctx: Tools, [name = "", ...args]: string[]): Promise<string> {
  return await commandOf(name)({ ctx, db: ctx.db, now: ctx.clock.now(), args });
}

async function createFromArgs({ db, now, args }: Command): Promise<string> {
  const { values } = parse(args, {
    name: { type: "string" },
    "redirect-uri": { type: "string", multiple: true },
    type: { type: "string", default: "web" },
    public: { type: "boolean", default: false },
    homepage: { type: "string" },
    scope: { type: "string", multiple: true },
    organization: { type: "string" },
    devices: { type: "boolean", default: false },
  });
  const name = nameSchema.safeParse(values.name);
  if (!name.success)
    throw new UsageError("--name is missing, or is not a name of 1 to 120 characters that can be seen.");
  const redirectUris = values["redirect-uri"] ?? [];
  if (redirectUris.length === 0) throw new UsageError("--redirect-uri is missing.");
  const type = appType(values.type);
  const scopes = scopesOf(values.scope);
  const { appId, clientSecret } = await db.write(async (tx) => {
    const organizationId = await organizationIdOf(tx, values.organization);
    const fields = { name: name.data, type, redirectUris, scopes, organizationId };
    const created = await createApp(
      tx,
      {
        ...fields,
        ...(values.public && { confidential: false }),
        origin: "command_line",
        homepage: values.homepage ?? null,
        deviceFlow: values.devices,
        createdBy: null,
      },
      now,
    );
    await audit(tx, "apps.create", created.appId, organizationId, now);
    return created;
  });
  return clientSecret === null
    ? `client_id: ${appId}`
    : `client_id: ${appId}\nclient_secret: ${clientSecret}\n\nThe secret is shown only now.`;
}

async function listApps({ db, now, args }: Command): Promise<string> {
  const { values } = parse(args, {
    unapproved: { type: "boolean", default: false },
    limit: { type: "string", default: "1000" },
  });
  const limit = Number(values.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100_000) {
    throw new UsageError("--limit is a number from 1 to 100000.");
  }
  const lines = await describeUnownedApps(db.read, { now, limit, unapproved: values.unapproved === true });
  return lines.length === 0 ? "There is none." : lines.join("\n");
}

async function switchApp(
  { db, now, args }: Command,
  action: string,
  work: (tx: Transaction, app: App, off: boolean) => Promise<string>,
): Promise<string> {
  const { values, positionals } = parse(args, { off: { type: "boolean", default: false } });
  const [id, ...rest] = positionals;
  if (!id || rest.length > 0)
    throw new UsageError("Name one app by its id, such as app_… or the address of its document.");
  return await db.write(async (tx) => {
    const app = await findApp(tx, id, now);
    if (!app) throw new UsageError(`There is no app ${id}.`);
    const outcome = await work(tx, app, values.off === true);
    await audit(tx, action, app.id, app.organizationId, now, { off: values.off });
    return `${app.name} (${app.id}) ${outcome}.`;
  });
}

async function rotateKeys({ ctx, db, now, args }: Command): Promise<string> {
  parse(args, {});
  await new SigningKeys(ctx).rotate(now);
  await db.write((tx) => recordAudit(tx, { at: now, action: "keys.rotate", actor: SYSTEM, via: "cli" }));
  return "New signing keys are published; they sign in a day.";
}

/** Answers what to print. Throws `UsageError` where there is nothing to copy, or nowhere to. */
export async function backUp(config: Config, args: string[]): Promise<string> {
  const { positionals } = parse(args, {}, true);
  const [file, ...rest] = positionals;
  if (!file || rest.length > 0) throw new UsageError("Name one file for the copy.");
  const url = databaseUrl(config);
  if (!url.startsWith("file:")) {
    throw new UsageError(
      "The database is Postgres: back it up with pg_dump, and restore it with pg_restore.",
    );
  }
  const path = url.slice("file:".length);
  if (!existsSync(path)) throw new UsageError(`There is no database ${path}.`);
  try {
    await backUpSqlite(path, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw new UsageError(`There is a file ${file} already.`);
    if (/^E[A-Z]+$/.test(code ?? "")) {
      throw new UsageError(`The file ${file} cannot be written (${code}).`);
    }
    throw error;
  }
  return `The database is in ${file}. Keep the secret key elsewhere: it is not in the copy.`;
}

async function organizationIdOf(store: Reader, slug: string | undefined): Promise<string | null> {
  if (slug === undefined) return null;
  const organization = await findOrganizationBySlug(store, slug);
  if (!organization) throw new UsageError(`There is no organization ${slug}.`);
  return organization.id;
}

function audit(
  store: Transaction,
  action: string,
  appId: string,
  organizationId: string | null,
  now: number,
  details = {},
): Promise<void> {
  return recordAudit(store, {
    at: now,
    action,
    organizationId,
    actor: SYSTEM,
    via: "cli",
    target: appId,
    details,
  });
}

function appType(text: string | undefined): App["type"] {
  if (text === "web" || text === "spa" || text === "native") return text;
  throw new UsageError("--type is web, spa or native.");
}

function scopesOf(names: string[] | undefined): Scope[] {
  if (!names) return ALL_SCOPES;
  const unknown = names.find((scope) => !isScope(scope));
  if (unknown !== undefined) throw new UsageError(`There is no scope ${unknown}.`);
  return names.filter(isScope);
}

type Options = NonNullable<Parameters<typeof parseArgs>[0]>["options"];

function parse<const Declared extends NonNullable<Options>>(
  args: string[],
  options: Declared,
  allowPositionals = "off" in options,
) {
  try {
    return parseArgs({ args, options, allowPositionals });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function commandOf(name: string): (command: Command) => Promise<string> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new UsageError(name === "" ? "Name a command." : `There is no command ${name}.`);
  return command;
}

function explain(error: unknown): string | null {
  if (error instanceof UsageError || error instanceof ConfigError) return error.message;
  if (isDiskFull(error)) return "The disk is full: nothing was stored.";
  if (!(error instanceof ApiError)) return null;
  const fields =
    error.extra.errors?.map((field) => `  ${field.found ?? field.pointer}: ${field.expected}`) ?? [];
  return [error.message, ...fields].join("\n");
}

/** To Postgres: a command does one thing at a time. */
const CONNECTIONS = 6;

async function main(args: string[]): Promise<void> {
  if (args.includes("--help")) {
    console.log(USAGE);
    return;
  }
  if (args[0] === "settings") {
    console.log(describeSettings());
    return;
  }
  const config = readConfig(process.env);
  // Without opening the database for writing, which would bring an older one to this version.
  if (args[0] === "backup") {
    console.log(await backUp(config, args.slice(1)));
    return;
  }
  // Before the database is opened, and made, for a command that does not exist.
  commandOf(args[0] ?? "");
  const db = await openDatabase(databaseUrl(config), CONNECTIONS);
  try {
    const ctx = {
      config,
      db,
      clock: config.TEST_CLOCK_FILE ? fileClock(config.TEST_CLOCK_FILE) : systemClock,
      log: openLog(config.LOG_LEVEL, process.stderr),
      keyring: new Keyring(secretKey(config), config.SECRET_KEY_PREVIOUS),
    };
    console.log(await runCommand(ctx, args));
  } finally {
    await db.close();
  }
}

if (import.meta.main) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    const reason = explain(error);
    console.error(reason === null ? error : `${reason}\n\nnpm run admin -- --help tells more.`);
    process.exitCode = 1;
  });
}
