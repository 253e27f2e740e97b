import { Eye, type LucideIcon, PencilLine, TriangleAlert } from "lucide-react";
import { cx } from "../../components/cx.ts";
import { plainName } from "../../components/name.tsx";
import { Switch } from "../../components/switch.tsx";
import type { ConnectRequest, OfferedScope } from "../request.ts";
import { type Choices, holders, isOffered, isOn, withSwitch } from "./choices.ts";
import { Section } from "./section.tsx";

/** What: a switch per permission. Those that reach production stand apart, off, with what they can do. */
export function Permissions({
  request,
  choices,
  onChange,
}: {
  request: ConnectRequest;
  choices: Choices;
  onChange: (choices: Choices) => void;
}) {
  return (
    <Section title="What it may do">
      {GROUPS.map(({ group, title, Icon }) => {
        const scopes = request.scopes.filter(
          (scope) => scope.group === group && isOffered(request, choices, scope),
        );
        if (scopes.length === 0) return null;
        const production = group === "production";
        return (
          <fieldset
            key={group}
            className={cx(
              "min-w-0 not-first-of-type:mt-3",
              production &&
                "-mx-5 mt-4 -mb-4 border-t border-production-line bg-production-soft px-5 pt-4 pb-4 sm:-mx-6 sm:px-6",
            )}
          >
            <legend className="contents">
              <span
                className={cx(
                  "flex items-center gap-2 pt-1 pb-1 text-sm font-medium",
                  production ? "text-production-text" : "text-muted",
                )}
              >
                <Icon aria-hidden className="size-4" />
                {title}
              </span>
            </legend>
            {scopes.map((scope) => (
              <Switch
                key={scope.name}
                checked={isOn(request, choices, scope)}
                onCheckedChange={(on) => onChange(withSwitch(choices, scope.name, on))}
                tone={production ? "production" : "accent"}
                label={scope.sentence}
                description={<Detail request={request} choices={choices} scope={scope} />}
                className="py-1.5"
              />
            ))}
          </fieldset>
        );
      })}
    </Section>
  );
}

/** What can happen, what is allowed already, and the name for those who look. */
function Detail({
  request,
  choices,
  scope,
}: {
  request: ConnectRequest;
  choices: Choices;
  scope: OfferedScope;
}) {
  const history = change(request, choices, scope);
  return (
    <>
      {scope.warning && <span className="block text-production-text">{scope.warning}</span>}
      <span className="font-mono text-xs/4">{scope.name}</span>
      {history && <span className="text-xs/4"> · {history}</span>}
    </>
  );
}

/** How this switch differs from what the app may do today; nothing for an app that comes for the first time. */
function change(request: ConnectRequest, choices: Choices, scope: OfferedScope): string | null {
  const { held, fresh } = holders(request, choices, scope.name);
  const names = (organizations: { name: string }[]) =>
    LIST.format(organizations.map((organization) => plainName(organization.name)));
  if (held.length === 0)
    return scope.granted || !request.organizations.some((organization) => organization.grant) ? null : "New";
  if (!isOn(request, choices, scope)) return `Will be taken away in ${names(held)}`;
  return fresh.length === 0 || !scope.requested
    ? "Allowed already"
    : `Allowed already in ${names(held)}, new in ${names(fresh)}`;
}

const GROUPS: { group: OfferedScope["group"]; title: string; Icon: LucideIcon }[] = [
  { group: "read", title: "Read", Icon: Eye },
  { group: "write", title: "Write", Icon: PencilLine },
  { group: "production", title: "Reaches production", Icon: TriangleAlert },
];

const LIST = new Intl.ListFormat("en");
