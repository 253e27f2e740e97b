import { explain } from "../../api.ts";
import { Alert } from "../../components/alert.tsx";
import { Card } from "../../components/card.tsx";
import { Switch } from "../../components/switch.tsx";
import { useToast } from "../../components/toast.tsx";
import { useOrganization } from "../../data/organization.tsx";
import { useWrite } from "../../data/queries.ts";
import { GuideLink } from "../../parts/guide-link.tsx";
import type { App } from "./app.tsx";

/** Whether the app connects people on devices that have no browser, by a code that they type elsewhere. */
export function AppDevices({ app }: { app: App }) {
  const { id: organizationId } = useOrganization();
  const update = useWrite("apps.update");
  const toast = useToast();

  async function change(deviceFlow: boolean) {
    await update.mutateAsync({ organizationId, appId: app.id, deviceFlow });
    toast({ title: deviceFlow ? "Devices can be connected" : "Devices cannot be connected any more" });
  }

  return (
    <Card title="Devices without a browser">
      <Switch
        className="text-sm"
        checked={app.deviceFlow}
        disabled={update.isPending}
        onCheckedChange={(on) =>
          void change(on).catch((error: unknown) => toast({ tone: "danger", title: explain(error) }))
        }
        label="Connect people by a code that they type"
        description={
          <>
            For programs in a terminal on another machine, boxes and screens.{" "}
            <GuideLink to="devices">How a device connects</GuideLink>
          </>
        }
      />
      {app.deviceFlow && !app.confidential && (
        <Alert className="mt-4" title="Anybody can show such a code in the name of this app">
          It has no secret, so its client id is all that a device needs. People are told that its identity is
          not proven.
        </Alert>
      )}
    </Card>
  );
}
