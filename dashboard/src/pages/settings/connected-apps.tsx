import { PageTitle } from "../../components/page-title.tsx";
import { useList, useWrite } from "../../data/queries.ts";
import { Connections } from "../../parts/connections.tsx";

export function MyConnectedAppsPage() {
  const connections = useList("connections.listMine", {});
  const revoke = useWrite("connections.revokeMine");
  return (
    <>
      <PageTitle
        title="My connected apps"
        description="Apps that you allowed to work in your organizations. Open one to see what it may do."
      />
      <Connections
        query={connections}
        empty="When you allow an app to work with your translations, it appears here, and here you can end it."
        onRevoke={({ id }) => revoke.mutateAsync({ grantId: id })}
      />
    </>
  );
}
