import { addProject, created, type Member } from "./people.ts";

/** A project in English, German and Arabic with these texts, none published. */
export async function addTexts(
  member: Member,
  organizationId: string,
  slug: string,
  keys: Record<string, Record<string, string>>,
): Promise<{ id: string }> {
  const project = await addProject(member, organizationId, slug, slug);
  const path = `/api/oauth-client/v1/projects/${project.id}`;
  for (const code of ["de", "ar"]) await created(member.visitor, `${path}/languages`, { code });
  await created(member.visitor, `${path}/keys`, {
    keys: Object.entries(keys).map(([name, values]) => ({ name, values })),
  });
  return project;
}

/** Writes one text as somebody else at another desk would. */
export async function setText(
  { visitor }: Member,
  { id }: { id: string },
  { name, language, text }: { name: string; language: string; text: string },
): Promise<void> {
  const answer = await visitor.post(`/api/oauth-client/v1/projects/${id}/values`, {
    values: [{ key: { name }, language, text }],
  });
  if (answer.status !== 200) throw new Error(`writing answered ${answer.status}: ${await answer.text()}`);
}
