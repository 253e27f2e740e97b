import { type ReactNode, useState } from "react";
import { Button } from "../../../components/button.tsx";
import { type AppRequest, type Exchange, exchangeOf, jsonOf } from "./exchange.ts";
import { ExchangeShown, Step } from "./step.tsx";

/** A step that sends one request. `children` stand above the button. */
export function SendStep({
  number,
  title,
  description,
  isOpen,
  action,
  origin,
  request,
  onAnswer,
  children,
}: {
  number: number;
  title: string;
  description: ReactNode;
  isOpen: boolean;
  action: string;
  origin: string;
  /** Made when it is sent. */
  request: () => AppRequest;
  /** Given the JSON of an answer that is none of a refusal. */
  onAnswer?: (answer: unknown) => void;
  children?: ReactNode;
}) {
  const [exchange, setExchange] = useState<Exchange>();
  const [isBusy, setIsBusy] = useState(false);
  const isDone = exchange !== undefined && exchange.status >= 200 && exchange.status < 300;
  async function run() {
    setIsBusy(true);
    const answered = await exchangeOf(request());
    setExchange(answered);
    setIsBusy(false);
    if (answered.status >= 200 && answered.status < 300) onAnswer?.(jsonOf(answered));
  }
  return (
    <Step {...{ number, title, description, isOpen, isDone }}>
      {children}
      <Button variant={exchange ? "secondary" : "primary"} busy={isBusy} className="self-start" onClick={run}>
        {action}
      </Button>
      {exchange && <ExchangeShown origin={origin} exchange={exchange} />}
    </Step>
  );
}
