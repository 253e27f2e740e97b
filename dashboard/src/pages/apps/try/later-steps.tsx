import { refreshRequest, revokeRequest, type Tokens } from "./flow.ts";
import { SendStep } from "./send-step.tsx";
import { clientOf, type StepProps } from "./way.ts";

export function RefreshStep({ app, metadata, way, go }: StepProps) {
  const { tokens } = way;
  return (
    <SendStep
      number={6}
      title="Refresh"
      description="Before the access token runs out. Each use answers a new refresh token: your app stores it before it uses anything else."
      isOpen={tokens !== undefined}
      action="Refresh"
      origin={metadata.issuer}
      request={() => refreshRequest(metadata, clientOf({ app, way }), tokens?.refresh_token ?? "")}
      onAnswer={(answer) => {
        if (tokens) go({ ...way, tokens: { ...tokens, ...newTokens(answer as Tokens) } });
      }}
    />
  );
}

export function RevokeStep({ metadata, way }: StepProps) {
  const { tokens, grantId } = way;
  return (
    <SendStep
      number={7}
      title="Revoke"
      description="What happens when somebody disconnects your app. Call the API and refresh again after it: 401 or 410 and invalid_grant mean that the person has to connect anew."
      isOpen={tokens !== undefined}
      action="Revoke the grant"
      origin={metadata.issuer}
      request={() => revokeRequest(grantId ?? "", tokens?.access_token ?? "")}
    />
  );
}

function newTokens({ access_token, refresh_token }: Tokens): Pick<Tokens, "access_token" | "refresh_token"> {
  return { access_token, refresh_token };
}
