import { type Day, partnerDay } from "./partner-day.ts";

/** A partner's day in a page: called by whoever loads it. */
Object.assign(globalThis, { partnerDay: (day: Day) => partnerDay(day) });
