// `npm run create -- FOLDER`: makes a partner's app out of this checkout, in the folder that it was said from.
import { join } from "node:path";
import { fail, findNode, ROOT, run } from "./project.mjs";

const FOLDER = join(ROOT, "sdk", "create");

const node = findNode() ?? fail("Node 24 is missing: run `npm start`.");
if ((await run(node, [join(FOLDER, "build", "build.ts")])) !== 0) fail("The starter could not be packed.");
// npm goes to the root folder first.
const options = { cwd: process.env.INIT_CWD ?? process.cwd() };
process.exit(await run(node, [join(FOLDER, "dist", "create.js"), ...process.argv.slice(2)], options));
