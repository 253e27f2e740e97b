import type { Output } from "@parlance/contract/operations";
import { DEFAULT_SCOPES, intersect } from "@parlance/contract/scopes";
import { CodeBlock } from "../../parts/code-block.tsx";
import { GuideLink } from "../../parts/guide-link.tsx";

type App = Output<"apps.get">;

/** What a developer copies first: the settings of their program, and the address that starts a connection. */
export function ConnectExample({ app, clientSecret }: { app: App; clientSecret?: string | null }) {
  const address = `${location.origin}/api/auth/mcp/authorize`;
  const parameters = authorizeParameters(app);
  return (
    <div className="flex flex-col gap-5">
      <CodeBlock label="Settings of your program" code={environment(app, clientSecret ?? null)} />
      <CodeBlock
        label="Where it sends people to connect"
        code={[address, ...parameters.map((one, index) => `  ${index === 0 ? "?" : "&"}${one}`)].join("\n")}
        copy={`${address}?${parameters.join("&")}`}
      />
      <p className="text-sm text-muted">
        Make <code className="font-mono">state</code> and the PKCE challenge anew each time; the answer comes
        to the redirect address with <code className="font-mono">code</code>,{" "}
        <code className="font-mono">state</code> and <code className="font-mono">iss</code>. Everything else
        is in <GuideLink to="connect#send-the-user">the guide</GuideLink> and in{" "}
        <a
          href="/.well-known/oauth-authorization-server"
          className="text-accent-text underline underline-offset-2"
        >
          the server's metadata
        </a>
        .
      </p>
    </div>
  );
}

function environment(app: App, clientSecret: string | null): string {
  const lines = [`PARLANCE_URL=${location.origin}`, `PARLANCE_CLIENT_ID=${app.id}`];
  if (app.confidential) lines.push(`PARLANCE_CLIENT_SECRET=${clientSecret ?? "<the secret you stored>"}`);
  return lines.join("\n");
}

/** Colons may stand in a query as they are (RFC 3986 §3.4), and scopes read better so. */
function authorizeParameters(app: App): string[] {
  const requested = intersect(DEFAULT_SCOPES, app.scopes);
  return [
    "response_type=code",
    `client_id=${encodeURIComponent(app.id)}`,
    `redirect_uri=${encodeURIComponent(app.redirectUris[0] ?? "")}`,
    `scope=${(requested.length > 0 ? requested : app.scopes).join("+")}`,
    "state=STATE",
    "code_challenge=CHALLENGE",
    "code_challenge_method=S256",
  ];
}
