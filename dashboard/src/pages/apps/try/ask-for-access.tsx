import { DEFAULT_SCOPES, intersect, SCOPES, type Scope } from "@parlance/contract/scopes";
import { ExternalLink } from "lucide-react";
import { useState } from "react";
import { Alert } from "../../../components/alert.tsx";
import { Button, buttonClass } from "../../../components/button.tsx";
import { Checkbox } from "../../../components/checkbox.tsx";
import { cx } from "../../../components/cx.ts";
import { SelectField } from "../../../components/select-field.tsx";
import { PasswordField } from "../../../components/text-field.tsx";
import { CodeBlock } from "../../../parts/code-block.tsx";
import { authorizeUrl, start } from "./flow.ts";
import { Step } from "./step.tsx";
import { clientOf, type StepProps } from "./way.ts";

/** Makes state and verifier, and leads to the consent page in a tab of its own. */
export function AskForAccess({ app, metadata, way, go }: StepProps) {
  const [redirectUri, setRedirectUri] = useState(app.redirectUris[0] ?? "");
  const [scopes, setScopes] = useState<readonly Scope[]>(defaultScopes(app.scopes));
  const { started } = way;
  const toggle = (scope: Scope, isOn: boolean) =>
    setScopes(app.scopes.filter((one) => (one === scope ? isOn : scopes.includes(one))));
  const canStart = scopes.length > 0 && redirectUri !== "" && globalThis.crypto?.subtle !== undefined;
  return (
    <Step
      number={1}
      title="Ask for access"
      description="Your app makes a state and a PKCE verifier, keeps both, and sends the person to the consent page."
      isOpen
      isDone={started !== undefined}
    >
      {!globalThis.crypto?.subtle && (
        <Alert tone="danger" title="This needs HTTPS">
          A browser makes PKCE challenges on secure pages and on localhost only. Open this page there.
        </Alert>
      )}
      <SelectField
        label="Redirect address"
        value={redirectUri}
        onChange={(event) => setRedirectUri(event.target.value)}
        options={app.redirectUris.map((value) => ({ value, label: value }))}
      />
      <fieldset className="flex flex-col gap-3">
        <legend className="mb-2 text-sm font-medium">Permissions to ask for</legend>
        {app.scopes.map((scope) => (
          <Checkbox
            key={scope}
            checked={scopes.includes(scope)}
            onCheckedChange={(isOn) => toggle(scope, isOn)}
            label={<code className="font-mono text-sm">{scope}</code>}
            description={SCOPES[scope].sentence}
          />
        ))}
      </fieldset>
      {app.confidential && (
        <PasswordField
          label="Client secret"
          size="md"
          autoComplete="off"
          value={way.secret}
          onChange={(event) => go({ ...way, secret: event.target.value.trim() })}
          hint="It stays in this page and is sent to this server alone. In commands it stands as $PARLANCE_CLIENT_SECRET."
        />
      )}
      <Button
        variant={started ? "secondary" : "primary"}
        disabled={!canStart}
        className="self-start"
        onClick={async () => go({ secret: way.secret, started: await start(redirectUri, scopes) })}
      >
        {started ? "Begin again" : "Make state and verifier"}
      </Button>
      {started && (
        <>
          <CodeBlock
            label="Kept by your app"
            code={`state     ${started.state}\nverifier  ${started.verifier}`}
          />
          <CodeBlock
            label="Where it sends people"
            code={authorizeUrl(metadata, clientOf({ app, way }), started)}
          />
          <a
            href={authorizeUrl(metadata, clientOf({ app, way }), started)}
            target="_blank"
            rel="noopener noreferrer"
            className={cx(buttonClass({ variant: "primary" }), "self-start")}
          >
            <ExternalLink aria-hidden />
            Open the consent page
          </a>
        </>
      )}
    </Step>
  );
}

function defaultScopes(held: readonly Scope[]): readonly Scope[] {
  const usual = intersect(DEFAULT_SCOPES, held);
  return usual.length > 0 ? usual : held;
}
