import { plainName } from "../../components/name.tsx";
import { SelectField } from "../../components/select-field.tsx";
import { useOrganization } from "../../data/organization.tsx";
import { useList } from "../../data/queries.ts";
import { KNOWN_ACTIONS, wordsFor } from "./audit-words.ts";

interface Filter {
  action?: string | undefined;
  app?: string | undefined;
}

/** Narrows the audit to one action, one app or both; the address keeps the choice. */
export function AuditFilters({
  action,
  app,
  apps,
  onChange,
}: Filter & {
  /** Names by id. */
  apps: ReadonlyMap<string, string>;
  onChange: (filter: { action?: string; app?: string }) => void;
}) {
  const set = (change: Filter) => {
    const next = { action, app, ...change };
    onChange({ ...(next.action && { action: next.action }), ...(next.app && { app: next.app }) });
  };
  return (
    <div className="mb-4 grid gap-3 sm:max-w-xl sm:grid-cols-2">
      <SelectField
        label="What"
        data-search
        value={action ?? ""}
        options={[
          { value: "", label: "Everything" },
          ...known(KNOWN_ACTIONS, action).map((name) => ({ value: name, label: wordsFor(name) ?? name })),
        ]}
        onChange={(event) => set({ action: event.target.value || undefined })}
      />
      <SelectField
        label="App"
        value={app ?? ""}
        options={[
          { value: "", label: "All apps" },
          ...known([...apps.keys()], app).map((id) => ({ value: id, label: plainName(apps.get(id) ?? id) })),
        ]}
        onChange={(event) => set({ app: event.target.value || undefined })}
      />
    </div>
  );
}

/** The apps that can appear here: those connected to the organization and its own. */
export function useAppNames(): ReadonlyMap<string, string> {
  const { id: organizationId } = useOrganization();
  const connections = useList("connections.list", { organizationId });
  const own = useList("apps.list", { organizationId });
  const apps = [...(connections.data ?? []).map(({ app }) => app), ...(own.data ?? [])];
  return new Map(apps.map(({ id, name }) => [id, name]));
}

/** What the address asks for stands in the list even when nobody knows it. */
function known(values: string[], chosen: string | undefined): string[] {
  return chosen && !values.includes(chosen) ? [...values, chosen] : values;
}
