import { KeyRound, Plus, TriangleAlert } from "lucide-react";
import { useId, useState } from "react";
import { explain } from "../../api.ts";
import { Alert } from "../../components/alert.tsx";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { useToast } from "../../components/toast.tsx";
import { useOrganization } from "../../data/organization.tsx";
import { useWrite } from "../../data/queries.ts";
import { Row, Rows } from "../../parts/rows.tsx";
import { ShownOnce } from "../../parts/shown-once.tsx";
import type { App } from "./app.tsx";

const MOST = 2;
type Secret = App["secrets"][number];

/** Up to two secrets, so that one can be replaced without an outage. */
export function AppSecrets({ app }: { app: App }) {
  const { id: organizationId } = useOrganization();
  const create = useWrite("secrets.create");
  const remove = useWrite("secrets.delete");
  const toast = useToast();
  const [fresh, setFresh] = useState<string | null>(null);
  const [deleting, setDeleting] = useState<Secret | null>(null);
  const reason = useId();
  const isFull = app.secrets.length >= MOST;

  async function add() {
    try {
      setFresh((await create.mutateAsync({ organizationId, appId: app.id })).clientSecret);
    } catch (error) {
      toast({ tone: "danger", title: explain(error) });
    }
  }

  return (
    <Card
      flush
      title="Client secrets"
      description={
        <span id={reason}>
          {isFull
            ? "Two is the most. Delete the old one when your program uses the new one."
            : "To replace one, create a second, switch your program over, then delete the first."}
        </span>
      }
      actions={
        <Button
          busy={create.isPending}
          disabled={isFull}
          aria-describedby={reason}
          onClick={() => void add()}
        >
          <Plus aria-hidden />
          Create secret
        </Button>
      }
    >
      {fresh && (
        <div className="border-b border-line p-4">
          <ShownOnce secret={fresh} label="New client secret" onDone={() => setFresh(null)} />
        </div>
      )}
      {app.secrets.length === 0 ? (
        <Alert tone="production" className="m-4" title="This app has no secret">
          It cannot exchange codes or renew its tokens until you create one.
        </Alert>
      ) : (
        <Rows label="Client secrets">
          {app.secrets.map((secret) => (
            <SecretRow key={secret.id} secret={secret} onDelete={() => setDeleting(secret)} />
          ))}
        </Rows>
      )}
      {deleting && (
        <ConfirmDialog
          open
          onOpenChange={() => setDeleting(null)}
          title={`Delete the secret ending in ${deleting.lastFour}?`}
          action={`Delete secret …${deleting.lastFour}`}
          onConfirm={async () => {
            await remove.mutateAsync({ organizationId, appId: app.id, secretId: deleting.id });
            toast({ title: `Secret …${deleting.lastFour} was deleted` });
          }}
        >
          It stops working at once.{" "}
          {app.secrets.length === 1
            ? "It is the only one: the app cannot renew its tokens until it has another."
            : "Programs that still use it cannot renew their tokens."}
        </ConfirmDialog>
      )}
    </Card>
  );
}

function SecretRow({ secret, onDelete }: { secret: Secret; onDelete: () => void }) {
  return (
    <Row>
      <KeyRound aria-hidden className="size-5 shrink-0 text-muted max-sm:hidden" />
      <div className="min-w-0 grow basis-36">
        <p className="flex flex-wrap items-center gap-2">
          <code dir="ltr" className="font-mono">
            bi_cs_…{secret.lastFour}
          </code>
          {secret.leakedAt && (
            <Badge tone="danger" icon={TriangleAlert}>
              Leaked
            </Badge>
          )}
        </p>
        <p className="text-muted">
          created <RelativeTime value={secret.createdAt} />
          {" · "}
          {secret.lastUsedAt ? (
            <>
              used <RelativeTime value={secret.lastUsedAt} />
            </>
          ) : (
            "never used"
          )}
          {secret.leakedAt && (
            <>
              {" · reported as leaked "}
              <RelativeTime value={secret.leakedAt} />
            </>
          )}
        </p>
      </div>
      <Button
        size="sm"
        data-row
        aria-label={`Delete the secret ending in ${secret.lastFour}`}
        onClick={onDelete}
      >
        Delete
      </Button>
    </Row>
  );
}
