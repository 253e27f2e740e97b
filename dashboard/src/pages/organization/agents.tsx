import { ALL_SCOPES, SCOPES } from "@parlance/contract/scopes";
import { Link } from "@tanstack/react-router";
import { ExternalLink, KeyRound } from "lucide-react";
import type { ReactNode } from "react";
import { buttonClass } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { cx } from "../../components/cx.ts";
import { PageTitle } from "../../components/page-title.tsx";
import { useOrganization } from "../../data/organization.tsx";
import { CodeBlock } from "../../parts/code-block.tsx";
import { GuideLink } from "../../parts/guide-link.tsx";
import { NeedsRole } from "../../parts/needs-role.tsx";
import { SERVER } from "../../server-settings.ts";
import { bridge, claudeCode, claudeCodeWithKey, cursor, cursorLink, vsCode, withKey } from "./agent-setup.ts";

/** How an AI agent is connected: ready to copy for the clients that many use, and by address for any other. */
export function AgentsPage() {
  return (
    <>
      <PageTitle
        title="Connect your agent"
        description={
          <>
            Let an AI agent read and write translations. It gets no more than you allow, and you can end it at
            any time. <GuideLink to="agents">What agents can do</GuideLink>
          </>
        }
      />
      <NeedsRole role="admin">
        <div className="flex flex-col gap-6">
          <SignIn />
          <WithKey />
          <Tools />
        </div>
      </NeedsRole>
    </>
  );
}

function SignIn() {
  const { mcpUrl } = SERVER;
  return (
    <Card
      title="By signing in"
      description="Nothing to paste: on the first use your browser opens, and you choose organizations, projects and permissions."
    >
      <div className="flex flex-col gap-6">
        <CodeBlock label="Any client that takes an address" code={mcpUrl} />
        <CodeBlock label="Claude Code" code={claudeCode(mcpUrl)} />
        <div className="flex flex-col gap-3">
          <CodeBlock label="Cursor: .cursor/mcp.json" code={cursor(mcpUrl)} />
          <a href={cursorLink(mcpUrl)} className={cx(buttonClass({ size: "sm" }), "self-start")}>
            <ExternalLink aria-hidden />
            Add to Cursor
          </a>
        </div>
        <CodeBlock label="VS Code: .vscode/mcp.json" code={vsCode(mcpUrl)} />
      </div>
    </Card>
  );
}

function WithKey() {
  const { mcpUrl } = SERVER;
  const { slug } = useOrganization();
  const stdio = bridge(mcpUrl);
  return (
    <Card
      title="With a key"
      description="For an agent that runs where nobody can sign in. Whoever has the key can do all that it may: give it the least it needs."
      actions={
        <Link
          to="/organizations/$slug/api-keys"
          params={{ slug }}
          search={{ create: true }}
          className={buttonClass({ size: "sm" })}
        >
          <KeyRound aria-hidden />
          Create API key
        </Link>
      }
    >
      <div className="flex flex-col gap-6">
        <p className="text-sm text-muted">
          Put your secret key where <Code>bi-…</Code> stands, and keep the file out of version control.
        </p>
        <CodeBlock label="The header of every request" code="Authorization: Bearer bi-…" />
        <CodeBlock label="Claude Code, with a key" code={claudeCodeWithKey(mcpUrl)} />
        <CodeBlock label="A client that takes headers" code={withKey(mcpUrl)} />
        {stdio && (
          <CodeBlock
            label="A client that starts programs only, once better-i18n-mcp is installed"
            code={stdio}
          />
        )}
      </div>
    </Card>
  );
}

function Tools() {
  return (
    <Card
      title="What an agent can do"
      description="It sees the tools of the permissions that it was given, and no others."
      flush
    >
      <ul className="divide-y divide-line">
        {ALL_SCOPES.map((scope) => (
          <li
            key={scope}
            className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-0.5 px-5 py-2.5"
          >
            <span className="text-sm">{SCOPES[scope].sentence}</span>
            <Code>{scope}</Code>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Code({ children }: { children: ReactNode }) {
  return <code className="font-mono text-xs text-muted">{children}</code>;
}
