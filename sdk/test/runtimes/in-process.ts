// A partner's day in Node.js or Bun: what it needs is the first argument, as JSON; what happened is printed.
import { type Day, partnerDay } from "./partner-day.ts";

const { bun, node } = process.versions;
const runtime = bun ? "Bun" : `Node ${node.split(".")[0]}`;
console.log(JSON.stringify([runtime, await partnerDay(JSON.parse(process.argv[2] as string) as Day)]));
