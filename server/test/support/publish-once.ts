import { openDatabase } from "../../src/database/open.ts";
import { readConfig } from "../../src/platform/config.ts";
import { crashPoints } from "../../src/platform/crash-point.ts";
import { releaseHandlers } from "../../src/publishing/operations.ts";
import { inCall, testContext } from "./context.ts";

// A process that publishes one project and can be killed at a named point on the way: DATABASE_URL and TEST_CRASH_AT
// from the environment, the caller and the place of the call as JSON in the first argument.
const config = readConfig(process.env);
const db = await openDatabase(config.DATABASE_URL as string);
const context = testContext(db, { crash: crashPoints(config.TEST_CRASH_AT) });
const { caller, place } = JSON.parse(process.argv[2] as string);
await inCall(context, { caller, effect: "read", place }, (call) =>
  releaseHandlers["releases.create"](call as never, { projectId: place.project.id, channel: "production" }),
);
await db.close();
