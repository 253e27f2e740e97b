import { z } from "zod";
import { paging } from "../operation.ts";

/** Beside `limit`: where a page begins. */
export const cursor = paging.cursor.describe("next of the page before");
/** Where the next page begins; null on the last one. */
export const next = z.string().nullable();
