import { useState } from "react";
import { AskForAccess } from "./ask-for-access.tsx";
import { CallStep } from "./call-step.tsx";
import { ComeBack } from "./come-back.tsx";
import { RefreshStep, RevokeStep } from "./later-steps.tsx";
import { ExchangeStep, MintStep } from "./token-steps.tsx";
import type { StepProps, Way } from "./way.ts";

export function Walk({ app, metadata }: Pick<StepProps, "app" | "metadata">) {
  const [way, go] = useState<Way>({ secret: "" });
  const step = { app, metadata, way, go };
  return (
    <>
      <AskForAccess {...step} />
      {/* Each begins anew with what the one before it brought. */}
      <ComeBack key={`back ${way.started?.state}`} {...step} />
      <ExchangeStep key={`exchange ${way.code}`} {...step} />
      <MintStep key={`mint ${way.code}`} {...step} />
      <CallStep key={`call ${way.code}`} {...step} />
      <RefreshStep key={`refresh ${way.code}`} {...step} />
      <RevokeStep key={`revoke ${way.code}`} {...step} />
    </>
  );
}
