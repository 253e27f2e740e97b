import { ALL_SCOPES } from "@parlance/contract/scopes";
import type { Accounts } from "../accounts/accounts.ts";
import { createApp } from "../apps/create-app.ts";
import type { Context } from "../context.ts";
import { createOrganization } from "../organizations/organizations.ts";
import { randomToken } from "../platform/crypto.ts";
import { seedProject } from "./seed-project.ts";
import { hasUsers } from "./store.ts";

const EMAIL = "owner@example.com";
/** Where `npm run example` receives its codes. */
const EXAMPLE_CALLBACK = "http://localhost:4000/connect/callback";

/**
 * For development on an empty database: an owner, an organization, a partner app and a project with real messages, made by
 * one of the nodes that start on it at once. Password and secret are random and printed this once.
 */
export async function createSample(ctx: Context, accounts: Accounts): Promise<void> {
  if (await hasUsers(ctx.db.read)) return;
  const password = randomToken().slice(0, 20);
  const user = { name: "Sample owner", email: EMAIL };
  const owner = await createOwner(ctx, accounts, { ...user, password, verified: true });
  if (!owner) return;
  const { id } = owner;
  const now = ctx.clock.now();
  const { organization, app } = await ctx.db.write(async (tx) => {
    const organization = await createOrganization(tx, { name: "Sample", slug: "sample", ownerId: id }, now);
    const app = await createApp(
      tx,
      {
        name: "Example partner",
        type: "web",
        origin: "dashboard",
        organizationId: organization.id,
        homepage: null,
        redirectUris: [EXAMPLE_CALLBACK],
        scopes: ALL_SCOPES,
        createdBy: id,
      },
      now,
    );
    return { organization, app };
  });
  const project = await seedProject(ctx, { organization, user: { id, ...user } });
  console.log(`
  The database was empty, so a sample was made. This is shown once:

    Sign in          ${EMAIL}
    Password         ${password}
    Organization     ${organization.slug}
    Project          ${project.slug}, published at ${ctx.config.CDN_URL}/${organization.slug}/${project.slug}/manifest.json
    Example partner  PARLANCE_CLIENT_ID=${app.appId} PARLANCE_CLIENT_SECRET=${app.clientSecret} npm run example`);
}

/** Undefined when another node was first: the address is unique, so that one of them makes the sample. */
async function createOwner(ctx: Context, accounts: Accounts, owner: Parameters<Accounts["createUser"]>[0]) {
  try {
    return await accounts.createUser(owner);
  } catch (error) {
    if (await hasUsers(ctx.db.read)) return undefined;
    throw error;
  }
}
