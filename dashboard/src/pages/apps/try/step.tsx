import { type ReactNode, useId } from "react";
import { Alert } from "../../../components/alert.tsx";
import { Badge } from "../../../components/badge.tsx";
import { Card } from "../../../components/card.tsx";
import { cx } from "../../../components/cx.ts";
import { CodeBlock } from "../../../parts/code-block.tsx";
import { type Exchange, toCurl } from "./exchange.ts";

/** One step of the way, open when those before it are done. */
export function Step({
  number,
  title,
  description,
  isOpen,
  isDone,
  children,
}: {
  number: number;
  title: string;
  description: ReactNode;
  isOpen: boolean;
  isDone: boolean;
  children: ReactNode;
}) {
  return (
    <Card
      title={
        <span className={cx("flex flex-wrap items-center gap-x-3 gap-y-1", !isOpen && "text-muted")}>
          {number}. {title}
          {isDone && <Badge tone="live">Done</Badge>}
        </span>
      }
      description={description}
    >
      {isOpen ? (
        <div className="flex flex-col gap-5">{children}</div>
      ) : (
        <p className="text-sm text-muted">Finish the steps above first.</p>
      )}
    </Card>
  );
}

/** What was sent, as a command, and what came back. */
export function ExchangeShown({ origin, exchange }: { origin: string; exchange: Exchange }) {
  const heading = useId();
  const { request, status, headers, body, milliseconds } = exchange;
  const line = status === 0 ? "The server could not be reached." : `${status}, after ${milliseconds} ms`;
  return (
    <section aria-labelledby={heading} className="flex flex-col gap-4">
      <CodeBlock label="Request" code={toCurl(origin, request)} />
      <Alert
        tone={status >= 200 && status < 300 ? "live" : "danger"}
        announce
        title={<span id={heading}>{line}</span>}
      >
        {headers.map(([name, value]) => (
          <p key={name} className="font-mono text-[0.8125rem] break-all">
            {name}: {value}
          </p>
        ))}
      </Alert>
      {body !== "" && <CodeBlock label="Answer" code={body} />}
    </section>
  );
}
