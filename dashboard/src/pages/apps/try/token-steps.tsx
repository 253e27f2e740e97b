import { SelectField } from "../../../components/select-field.tsx";
import { exchangeRequest, type InstallationToken, mintRequest, type Tokens } from "./flow.ts";
import { SendStep } from "./send-step.tsx";
import { clientOf, type StepProps } from "./way.ts";

export function ExchangeStep({ app, metadata, way, go }: StepProps) {
  const { started, code } = way;
  return (
    <SendStep
      number={3}
      title="Exchange the code"
      description="From your server: code and verifier for an access token, a refresh token and one grant for each organization."
      isOpen={started !== undefined && code !== undefined}
      action="Exchange the code"
      origin={metadata.issuer}
      request={() => {
        if (!started || code === undefined) throw new Error("There is no code yet.");
        return exchangeRequest(metadata, clientOf({ app, way }), started, code);
      }}
      onAnswer={(answer) => {
        const tokens = answer as Tokens;
        go({ ...way, tokens, grantId: tokens.grant_id });
      }}
    />
  );
}

export function MintStep({ metadata, way, go }: StepProps) {
  const { tokens, grantId } = way;
  return (
    <SendStep
      number={4}
      title="Mint an installation token"
      description="The access token opens nothing but this. The token it answers works for an hour in the API, for agents and existing clients alike."
      isOpen={tokens !== undefined}
      action="Mint a token"
      origin={metadata.issuer}
      request={() => mintRequest(grantId ?? "", tokens?.access_token ?? "")}
      onAnswer={(answer) => go({ ...way, installation: answer as InstallationToken })}
    >
      {tokens && tokens.grants.length > 1 && (
        <SelectField
          label="For the organization"
          value={grantId ?? ""}
          onChange={(event) => go({ ...way, grantId: event.target.value, installation: undefined })}
          options={tokens.grants.map(({ grant_id, organization_slug }) => ({
            value: grant_id,
            label: organization_slug,
          }))}
        />
      )}
    </SendStep>
  );
}
