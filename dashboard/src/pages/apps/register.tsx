import type { Output } from "@parlance/contract/operations";
import { DEFAULT_SCOPES, type Scope } from "@parlance/contract/scopes";
import { Link, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { Button, buttonClass } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CopyId } from "../../components/copy-button.tsx";
import { Name, plainName } from "../../components/name.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { Radio } from "../../components/radio.tsx";
import { Switch } from "../../components/switch.tsx";
import { TextField } from "../../components/text-field.tsx";
import { useOrganization } from "../../data/organization.tsx";
import { useWrite } from "../../data/queries.ts";
import { Fact, Facts } from "../../parts/facts.tsx";
import { Form } from "../../parts/form.tsx";
import { NeedsRole } from "../../parts/needs-role.tsx";
import { ScopesField } from "../../parts/scopes-field.tsx";
import { ShownOnce } from "../../parts/shown-once.tsx";
import { useForm } from "../../parts/use-form.ts";
import { BackToApps } from "./back-to-apps.tsx";
import { ConnectExample } from "./connect-example.tsx";
import { readRegisterSearch } from "./read-search.ts";
import { type AppType, redirectUrisProblem } from "./redirect-uri.ts";
import { RedirectUrisField } from "./redirect-uris-field.tsx";
import { APP_TYPES } from "./types.ts";

type Registered = Output<"apps.create">;

const MOST_NAME = 120;
/** Whoever made the link is not known, and people who authorize are sent to that address. */
const FILLED_IN =
  "The link that you followed filled in name and redirect address. Check that they are those of your app.";

/** Registers an app, then shows what its developer needs, the secret among it, once. */
export function RegisterAppPage() {
  const [registered, setRegistered] = useState<Registered | null>(null);
  const { name = "", redirectUri = "" } = readRegisterSearch(useSearch({ strict: false }));
  const isFilledIn = name !== "" || redirectUri !== "";
  return (
    <>
      <BackToApps />
      {registered ? (
        <Done key="done" registered={registered} />
      ) : (
        <>
          <PageTitle
            title="Register an app"
            description="You get a client id for it. Everything but its type can be changed later."
          />
          <NeedsRole role="admin">
            <Card>
              {isFilledIn && <p className="mb-5 text-sm text-muted">{FILLED_IN}</p>}
              <RegisterForm name={name} redirectUri={redirectUri} onDone={setRegistered} />
            </Card>
          </NeedsRole>
        </>
      )}
    </>
  );
}

function RegisterForm({
  name: initialName,
  redirectUri,
  onDone,
}: {
  name: string;
  redirectUri: string;
  onDone: (registered: Registered) => void;
}) {
  const { id: organizationId } = useOrganization();
  const create = useWrite("apps.create");
  const form = useForm({
    name: initialName.slice(0, MOST_NAME),
    type: "web" as AppType,
    confidential: true,
    homepage: "",
    redirectUris: [redirectUri],
    scopes: DEFAULT_SCOPES as Scope[],
  });
  const { values, set, problems } = form;

  async function submit() {
    const { type, name, scopes } = values;
    const redirectUris = values.redirectUris.map((uri) => uri.trim());
    const check = {
      name: name.trim() ? null : "Give it the name that people know it by.",
      redirectUris: redirectUrisProblem(redirectUris, type),
      scopes: scopes.length > 0 ? null : "Choose at least one.",
    };
    const homepage = values.homepage.trim() || null;
    const confidential = type === "web" && values.confidential;
    const input = { organizationId, name, type, confidential, homepage, redirectUris, scopes };
    await form.submit(async () => onDone(await create.mutateAsync(input)), check);
  }

  return (
    <Form failure={form.failure} onSubmit={submit}>
      <div className="flex flex-col gap-6">
        <TextField
          label="Name"
          maxLength={MOST_NAME}
          hint="People see it when they connect the app."
          value={values.name}
          error={problems.name ?? null}
          onChange={(event) => set("name", event.target.value)}
        />
        <fieldset className="text-sm">
          <legend className="mb-2 font-medium">Type</legend>
          <div className="flex flex-col gap-3">
            {(Object.keys(APP_TYPES) as AppType[]).map((type) => (
              <Radio
                key={type}
                name="type"
                checked={values.type === type}
                onChange={() => set("type", type)}
                label={
                  <>
                    {APP_TYPES[type].label}
                    <span className="block text-muted">{APP_TYPES[type].sentence}</span>
                  </>
                }
              />
            ))}
          </div>
        </fieldset>
        {values.type === "web" && (
          <Switch
            className="max-w-md text-sm"
            checked={values.confidential}
            onCheckedChange={(on) => set("confidential", on)}
            label="It has a client secret"
            description="Switch this off when its code or its users could read the secret. PKCE protects it either way."
          />
        )}
        <RedirectUrisField
          value={values.redirectUris}
          type={values.type}
          error={problems.redirectUris ?? null}
          onChange={(uris) => set("redirectUris", uris)}
        />
        <TextField
          label="Homepage (optional)"
          type="url"
          dir="ltr"
          placeholder="https://example.com"
          value={values.homepage}
          error={problems.homepage ?? null}
          onChange={(event) => set("homepage", event.target.value)}
        />
        <ScopesField
          label="What it may ask for"
          hint="People choose from this when they connect it. Ask for little: they see the list."
          value={values.scopes}
          error={problems.scopes ?? null}
          onChange={(scopes) => set("scopes", scopes)}
        />
        <div>
          <Button type="submit" variant="primary" busy={form.busy}>
            Register app
          </Button>
        </div>
      </div>
    </Form>
  );
}

function Done({ registered: { app, clientSecret } }: { registered: Registered }) {
  const { slug } = useOrganization();
  return (
    <>
      <PageTitle
        title={
          <>
            <Name>{app.name}</Name> is registered
          </>
        }
        documentTitle={`${plainName(app.name)} is registered`}
        description={
          clientSecret
            ? "Store the secret before you go on."
            : "It has no secret; it proves itself with PKCE."
        }
      />
      <div className="flex flex-col gap-6">
        {clientSecret && <ShownOnce secret={clientSecret} label="Client secret" />}
        <Card title="Connect it">
          <div className="flex flex-col gap-5">
            <Facts>
              <Fact name="Client id">
                <CopyId value={app.id} />
              </Fact>
            </Facts>
            <ConnectExample app={app} clientSecret={clientSecret} />
          </div>
        </Card>
        <div>
          <Link
            to="/organizations/$slug/apps/$appId"
            params={{ slug, appId: app.id }}
            className={buttonClass()}
          >
            Open its page
          </Link>
        </div>
      </div>
    </>
  );
}
