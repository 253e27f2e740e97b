import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { Name, plainName } from "../../components/name.tsx";
import { useToast } from "../../components/toast.tsx";
import { useOrganization } from "../../data/organization.tsx";
import { useWrite } from "../../data/queries.ts";
import type { ApiKey } from "./api-key-row.tsx";

/** Asks once before a key ends for good. */
export function RevokeApiKey({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { id: organizationId } = useOrganization();
  const revoke = useWrite("apiKeys.revoke");
  const toast = useToast();
  const { id: apiKeyId, kind, lastFour } = apiKey;
  const name = plainName(apiKey.name);
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={
        <>
          Revoke <Name>{apiKey.name}</Name>?
        </>
      }
      action={`Revoke ${name}`}
      onConfirm={async () => {
        await revoke.mutateAsync({ organizationId, apiKeyId });
        toast({ title: `${name} was revoked` });
      }}
    >
      The key that ends in <code className="font-mono text-ink">{lastFour}</code> stops working at once, for
      good.{" "}
      {kind === "secret"
        ? "Programs that use it are refused until they have another one. What they wrote stays."
        : "Pages that use it read nothing until they have another one."}
    </ConfirmDialog>
  );
}
