import type { Output } from "@parlance/contract/operations";
import type { Client, InstallationToken, Metadata, Started, Tokens } from "./flow.ts";

/** What the way has brought so far. It lives in this page alone and goes with it. */
export interface Way {
  readonly secret: string;
  readonly started?: Started | undefined;
  readonly code?: string | undefined;
  readonly tokens?: Tokens | undefined;
  readonly grantId?: string | undefined;
  readonly installation?: InstallationToken | undefined;
  readonly isRefreshed?: boolean;
}

/** What every step is given. `go` takes over what a step brought, and forgets what came of the same step before. */
export interface StepProps {
  readonly app: Output<"apps.get">;
  readonly metadata: Metadata;
  readonly way: Way;
  readonly go: (way: Way) => void;
}

/** The app as it has to say who it is. */
export function clientOf({ app, way }: Pick<StepProps, "app" | "way">): Client {
  return { clientId: app.id, secret: app.confidential ? way.secret : null };
}
