import { compareDelivery } from "../support/delivery.ts";
import type { Row } from "../support/row.ts";

export const row: Row = {
  name: "cdn-304",
  work: "answer that a published file has not changed",
  against: "raw node:http with the same headers; nginx with a static file",
  must: "≥ 0.95 of raw, ≥ 0.55 of nginx",
  run: (options) => compareDelivery(options, "not modified"),
};
