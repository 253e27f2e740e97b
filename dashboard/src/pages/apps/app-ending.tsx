import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { explain } from "../../api.ts";
import { Alert } from "../../components/alert.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { plainName } from "../../components/name.tsx";
import { Switch } from "../../components/switch.tsx";
import { useToast } from "../../components/toast.tsx";
import { useOrganization } from "../../data/organization.tsx";
import { useWrite } from "../../data/queries.ts";
import { count } from "../../parts/words.ts";
import type { App } from "./app.tsx";

/** What weakens or ends an app: the exception for old programs, disabling, deleting. */
export function AppEnding({ app }: { app: App }) {
  const { id: organizationId, slug } = useOrganization();
  const update = useWrite("apps.update");
  const navigate = useNavigate();
  const remove = useWrite("apps.delete", () =>
    navigate({ to: "/organizations/$slug/apps", params: { slug }, replace: true }),
  );
  const toast = useToast();
  const [asking, setAsking] = useState<"disable" | "delete" | null>(null);
  const one = { organizationId, appId: app.id };
  const name = plainName(app.name);
  const ended = app.connectionCount > 0 ? `${count(app.connectionCount, "connection")} end for good` : null;

  async function change(fields: { enabled: boolean } | { legacyWithoutPkce: boolean }, done: string) {
    await update.mutateAsync({ ...one, ...fields });
    toast({ title: done });
  }
  const fail = (error: unknown) => toast({ tone: "danger", title: explain(error) });

  return (
    <>
      {app.confidential && (
        <Card title="Old programs">
          <Switch
            tone="production"
            className="text-sm"
            checked={app.legacyWithoutPkce}
            disabled={update.isPending}
            onCheckedChange={(on) =>
              void change(
                { legacyWithoutPkce: on },
                on ? "PKCE is not required any more" : "PKCE is required",
              ).catch(fail)
            }
            label="Allow connecting without PKCE"
            description="Only for a program that cannot be changed. Sign-ins then rest on the secret alone."
          />
          {app.legacyWithoutPkce && (
            <Alert tone="production" className="mt-4" title="This app is less protected">
              A stolen authorization code can be used by anybody who also has the secret. Switch this off as
              soon as the program sends a code challenge.
            </Alert>
          )}
        </Card>
      )}
      <Card title="End this app" flush>
        <div className="divide-y divide-line">
          {app.enabled ? (
            <Ending
              title="Disable it"
              text="All its connections end for good, and nobody can connect it. You can enable it again; the connections do not come back."
              button={<Button onClick={() => setAsking("disable")}>Disable {name}</Button>}
            />
          ) : (
            <Ending
              title="Enable it"
              text="People can connect it again. Former connections stay ended."
              button={
                <Button
                  busy={update.isPending}
                  onClick={() => void change({ enabled: true }, `${name} is enabled`).catch(fail)}
                >
                  Enable {name}
                </Button>
              }
            />
          )}
          <Ending
            title="Delete it"
            text="Its client id and secrets stop working, and all its connections end. It cannot be brought back."
            button={
              <Button variant="danger" onClick={() => setAsking("delete")}>
                Delete {name}
              </Button>
            }
          />
        </div>
      </Card>
      <ConfirmDialog
        open={asking === "disable"}
        onOpenChange={() => setAsking(null)}
        title={`Disable ${name}?`}
        action={`Disable ${name}`}
        onConfirm={() => change({ enabled: false }, `${name} is disabled`)}
      >
        {ended
          ? `${ended}, at once: people have to connect it again after you enable it.`
          : "Nobody can connect it until you enable it again."}
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === "delete"}
        onOpenChange={() => setAsking(null)}
        title={`Delete ${name}?`}
        action={`Delete ${name}`}
        onConfirm={async () => {
          await remove.mutateAsync(one);
          toast({ title: `${name} was deleted` });
        }}
      >
        {ended ? `${ended}, at once. ` : ""}Its client id is gone, and programs that use it stop working.
      </ConfirmDialog>
    </>
  );
}

function Ending({ title, text, button }: { title: string; text: string; button: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 px-5 py-4 text-sm">
      <div className="min-w-0 grow basis-64">
        <h3 className="font-medium">{title}</h3>
        <p className="text-muted">{text}</p>
      </div>
      {button}
    </div>
  );
}
