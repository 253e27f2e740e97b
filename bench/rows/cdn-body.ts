import { compareDelivery } from "../support/delivery.ts";
import type { Row } from "../support/row.ts";

export const row: Row = {
  name: "cdn-body",
  work: "answer a published file of 30 kB in brotli",
  against: "raw node:http with the same bytes and headers from memory; nginx with a static file",
  must: "≥ 0.95 of raw, ≥ 0.55 of nginx",
  run: (options) => compareDelivery(options, "body"),
};
