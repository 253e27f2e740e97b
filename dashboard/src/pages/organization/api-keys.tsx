import type { Output } from "@parlance/contract/operations";
import { getRouteApi } from "@tanstack/react-router";
import { KeyRound, Plus } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Name } from "../../components/name.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { useMay, useOrganization } from "../../data/organization.tsx";
import { useList } from "../../data/queries.ts";
import { GuideLink } from "../../parts/guide-link.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { NeedsRole } from "../../parts/needs-role.tsx";
import { MoreRows, Rows } from "../../parts/rows.tsx";
import { ShownOnce } from "../../parts/shown-once.tsx";
import { type ApiKey, ApiKeyRow } from "./api-key-row.tsx";
import { RevokeApiKey } from "./revoke-api-key.tsx";

type Created = Output<"apiKeys.create">;

const CreateApiKey = lazy(() => import("./create-api-key.tsx"));
const route = getRouteApi("/organizations/$slug/api-keys");

export function ApiKeysPage() {
  const mayCreate = useMay("admin");
  const { create = false } = route.useSearch();
  const navigate = route.useNavigate();
  const [created, setCreated] = useState<Created | null>(null);
  const setCreating = (open: boolean) =>
    void navigate({ search: open ? { create: true } : {}, replace: !open });
  const button = (
    <Button variant="primary" onClick={() => setCreating(true)}>
      <Plus aria-hidden />
      Create API key
    </Button>
  );
  return (
    <>
      <PageTitle
        title="API keys"
        description={
          <>
            For programs of your own: secret ones for servers and the command line, public ones for browsers.{" "}
            <GuideLink to="api-keys">How a key is used</GuideLink>
          </>
        }
        actions={mayCreate && button}
      />
      <NeedsRole role="admin">
        {created && (
          <div className="mb-6">
            <ShownOnce key={created.apiKey.id} {...wordsFor(created)} onDone={() => setCreated(null)} />
          </div>
        )}
        <ApiKeyList create={button} />
      </NeedsRole>
      {mayCreate && create && (
        <Suspense>
          <CreateApiKey onClose={() => setCreating(false)} onCreated={setCreated} />
        </Suspense>
      )}
    </>
  );
}

function ApiKeyList({ create }: { create: ReactNode }) {
  const { id: organizationId } = useOrganization();
  const keys = useList("apiKeys.list", { organizationId });
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  return (
    <Card flush>
      <Loaded query={keys} skeleton={<SkeletonRows rows={3} className="h-16" />}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState icon={KeyRound} title="No API keys yet" action={create}>
              A build server or a script shows its key with every call, and works in this organization without
              anybody signing in.
            </EmptyState>
          ) : (
            <>
              <Rows label="API keys">
                {items.map((one) => (
                  <ApiKeyRow key={one.id} apiKey={one} onRevoke={() => setRevoking(one)} />
                ))}
              </Rows>
              <MoreRows query={keys} />
            </>
          )
        }
      </Loaded>
      {revoking && <RevokeApiKey apiKey={revoking} onClose={() => setRevoking(null)} />}
    </Card>
  );
}

function wordsFor({ apiKey, key }: Created) {
  const isSecret = apiKey.kind === "secret";
  return {
    secret: key,
    copy: "Copy key",
    label: (
      <>
        {isSecret ? "Secret key" : "Public key"} <Name>{apiKey.name}</Name>
      </>
    ),
    keep: isSecret
      ? "keep it where only your programs read it: whoever has it can do all that it may"
      : "put it into your pages",
  };
}
