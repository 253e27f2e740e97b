import type { Context } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";

/** Throws `rate_limited` within PUBLISH_COOLDOWN_SECONDS of the project's last release. */
export function refuseTooSoon({ config, clock }: Context, last: { createdAt: number } | undefined): void {
  const cooldown = config.PUBLISH_COOLDOWN_SECONDS * 1000;
  const left = last ? last.createdAt + cooldown - clock.now() : 0;
  if (cooldown === 0 || left <= 0) return;
  const retryAfterSeconds = Math.ceil(left / 1000);
  const sentence = `The project was published just now. Try again in ${retryAfterSeconds} s.`;
  throw new ApiError("rate_limited", sentence, { retryAfterSeconds });
}
