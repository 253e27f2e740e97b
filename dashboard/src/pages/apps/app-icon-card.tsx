import { AppIcon } from "../../components/app-icon.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { TextField } from "../../components/text-field.tsx";
import { useToast } from "../../components/toast.tsx";
import { useOrganization } from "../../data/organization.tsx";
import { useWrite } from "../../data/queries.ts";
import { Form } from "../../parts/form.tsx";
import { useForm } from "../../parts/use-form.ts";
import type { App } from "./app.tsx";

/** The server fetches the picture once and serves its own copy; what is shown is that copy. */
export function AppIconCard({ app }: { app: App }) {
  const { id: organizationId } = useOrganization();
  const setIcon = useWrite("apps.setIcon");
  const toast = useToast();
  const form = useForm({ url: "" });

  async function save(url: string | null) {
    const problem =
      url !== null && !/^https?:\/\/\S+$/.test(url) ? "Enter an address that begins with https://." : null;
    const send = () => setIcon.mutateAsync({ organizationId, appId: app.id, url });
    if (!(await form.submit(send, { url: problem }))) return;
    form.set("url", "");
    toast({ title: url ? "Icon saved" : "Icon removed" });
  }

  return (
    <Card title="Icon" description="People see it beside the name when they connect the app.">
      <div className="flex flex-wrap items-start gap-5">
        <AppIcon key={app.iconUrl} name={app.name} src={app.iconUrl} size="lg" />
        <div className="min-w-0 grow basis-64">
          <Form failure={form.failure} onSubmit={() => save(form.values.url.trim())}>
            <TextField
              label="Address of a picture"
              type="url"
              dir="ltr"
              placeholder="https://example.com/icon.png"
              hint="PNG, JPEG, WebP or GIF up to 256 kB. It is fetched once and served from here."
              value={form.values.url}
              error={form.problems.url ?? null}
              onChange={(event) => form.set("url", event.target.value)}
            />
            <div className="flex flex-wrap gap-2">
              <Button type="submit" busy={form.busy}>
                Fetch icon
              </Button>
              {app.iconUrl && (
                <Button variant="ghost" disabled={form.busy} onClick={() => void save(null)}>
                  Remove icon
                </Button>
              )}
            </div>
          </Form>
        </div>
      </div>
    </Card>
  );
}
