import { z } from "zod";
import { ERRORS, type ErrorBody, type ErrorCode, type FieldError } from "./errors.ts";
import { warning } from "./operation.ts";

const side = z.record(z.string(), z.unknown());

/** One faulty field, as it stands in `errors` of an error answer. */
export const fieldError = warning.extend({
  yours: side.optional().describe("what the call wanted to write, where another writer came first"),
  present: side.nullable().optional().describe("what is there now; null when it no longer exists"),
}) satisfies z.ZodType<FieldError>;

/** The schema of `ErrorBody`. */
export const errorBody = z.strictObject({
  error: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]).describe("stable, to switch on"),
  error_description: z.string().describe("for people; its words may change"),
  errors: z.array(fieldError).optional().describe("each faulty field, the first hundred"),
  required: z.string().optional().describe("the scope that is missing"),
  mint_again: z
    .literal(true)
    .optional()
    .describe("the grant holds the scope by now: a token that is minted again has it too"),
  request_id: z.string().optional().describe("with a status of 500 or more, as in X-Request-Id"),
}) satisfies z.ZodType<ErrorBody>;
