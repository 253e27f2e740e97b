import { type Day, partnerDay } from "./partner-day.ts";

/** A partner's day in a Worker: what it needs is the body of a request, what happened is its answer. */
export default {
  async fetch(request: Request): Promise<Response> {
    return Response.json(await partnerDay((await request.json()) as Day));
  },
};
