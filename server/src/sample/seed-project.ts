import { DEFAULT_CHANNEL } from "@parlance/contract/cdn";
import { BULK_LIMIT } from "@parlance/contract/operations/keys";
import { type Context, type PlacedProject, type Reach, type Transaction, workCall } from "../context.ts";
import { personActor } from "../database/actor.ts";
import { createKeys } from "../keys/create-keys.ts";
import { createProject } from "../projects/create-project.ts";
import { addLanguage } from "../projects/languages.ts";
import { publish } from "../publishing/publish.ts";
import { readDiagnosticMessages } from "./messages.ts";

interface Owner {
  organization: Reach["organization"];
  user: { id: string; name: string; email: string };
}

/** Creates the sample project with real messages in 14 languages through the same functions as any call, and publishes it. */
export async function seedProject(context: Context, { organization, user }: Owner): Promise<PlacedProject> {
  const reach: Reach = { organization, role: "owner", scopes: SCOPES, projects: "all" };
  const { languages, keys } = readDiagnosticMessages();
  const [sourceLanguage = "en", ...targets] = languages;

  const facts = () => ({
    actor: personActor(user.id),
    via: "dashboard" as const,
    now: context.clock.now(),
  });
  const workOf = (tx: Transaction) => workCall(context, { ...facts(), store: tx });

  const project = await context.db.write(async (tx) => {
    const work = workOf(tx);
    const created = await createProject(work, reach, {
      name: "Compiler messages",
      slug: "compiler-messages",
      sourceLanguage,
      fileStructure: "single_file",
      keyFormat: "nested",
      validationMode: { api: "reject", import: "warn" },
      publishFrom: "approved",
      peopleStatus: "approved",
    });
    for (const code of targets) {
      await addLanguage(work, created, { code, status: "active" });
    }
    return created;
  });

  for (let start = 0; start < keys.length; start += BULK_LIMIT) {
    const part = keys.slice(start, start + BULK_LIMIT).map(({ name, texts }) => ({
      namespace: "default",
      name,
      format: "plain" as const,
      tags: [],
      values: texts,
    }));
    await context.db.write((tx) =>
      createKeys(workOf(tx), { project, reach }, { keys: part, message: "Sample project" }),
    );
  }
  await publish(
    { ...context, ...facts(), store: context.db.read, project, note: () => {} },
    { channel: DEFAULT_CHANNEL, message: "Sample project" },
    async () => {},
  );
  return project;
}

const SCOPES = ["projects:write", "keys:write", "translations:write", "translations:publish"] as const;
