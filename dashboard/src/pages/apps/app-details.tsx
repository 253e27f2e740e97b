import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { TextField } from "../../components/text-field.tsx";
import { useToast } from "../../components/toast.tsx";
import { useOrganization } from "../../data/organization.tsx";
import { useWrite } from "../../data/queries.ts";
import { Form } from "../../parts/form.tsx";
import { ScopesField } from "../../parts/scopes-field.tsx";
import { useForm } from "../../parts/use-form.ts";
import type { App } from "./app.tsx";
import { redirectUrisProblem } from "./redirect-uri.ts";
import { RedirectUrisField } from "./redirect-uris-field.tsx";

/** Name, homepage, redirect addresses and ceiling of an app. */
export function AppDetails({ app }: { app: App }) {
  const { id: organizationId } = useOrganization();
  const update = useWrite("apps.update");
  const toast = useToast();
  const form = useForm({
    name: app.name,
    homepage: app.homepage ?? "",
    redirectUris: app.redirectUris,
    scopes: app.scopes,
  });
  const { values, set, problems } = form;
  const changed =
    values.name.trim() !== app.name ||
    values.homepage.trim() !== (app.homepage ?? "") ||
    values.redirectUris.join("\n") !== app.redirectUris.join("\n") ||
    values.scopes.join() !== app.scopes.join();

  async function save() {
    const redirectUris = values.redirectUris.map((uri) => uri.trim());
    const check = {
      name: values.name.trim() ? null : "Give it the name that people know it by.",
      redirectUris: redirectUrisProblem(redirectUris, app.type),
      scopes: values.scopes.length > 0 ? null : "Choose at least one.",
    };
    const homepage = values.homepage.trim() || null;
    const input = {
      organizationId,
      appId: app.id,
      name: values.name,
      homepage,
      redirectUris,
      scopes: values.scopes,
    };
    if (await form.submit(() => update.mutateAsync(input), check)) toast({ title: "App saved" });
  }

  return (
    <Card title="Details">
      <Form failure={form.failure} onSubmit={save}>
        <div className="flex flex-col gap-6">
          <TextField
            label="Name"
            maxLength={120}
            hint={
              app.verified ? "Changing the name or the homepage's host ends the verification." : undefined
            }
            value={values.name}
            error={problems.name ?? null}
            onChange={(event) => set("name", event.target.value)}
          />
          <TextField
            label="Homepage (optional)"
            type="url"
            dir="ltr"
            placeholder="https://example.com"
            value={values.homepage}
            error={problems.homepage ?? null}
            onChange={(event) => set("homepage", event.target.value)}
          />
          <RedirectUrisField
            value={values.redirectUris}
            type={app.type}
            error={problems.redirectUris ?? null}
            onChange={(uris) => set("redirectUris", uris)}
          />
          <ScopesField
            label="What it may ask for"
            hint="People choose from this when they connect it. Ask for little: they see the list."
            value={values.scopes}
            error={problems.scopes ?? null}
            onChange={(scopes) => set("scopes", scopes)}
          />
          <div>
            <Button type="submit" variant="primary" busy={form.busy} disabled={!changed}>
              Save app
            </Button>
          </div>
        </div>
      </Form>
    </Card>
  );
}
