// `npm start`: builds the dashboard when it is stale, then becomes the server.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { fail, findNode, ROOT, run } from "./project.mjs";

const MAIN = join(ROOT, "server", "src", "main.ts");

const node = findNode() ?? fail("Node 24 is missing: start with `npm start`, which fetches it.");
if (!(await build())) fail("The dashboard could not be built, see above; the server was not started.");
if (Number(process.versions.node.split(".")[0]) >= 24) {
  // In this process: a signal reaches the server itself, and nobody is left behind when this process is killed.
  process.argv[1] = MAIN;
  if (process.env.npm_lifecycle_event === "start") stopWithParent();
  await import(pathToFileURL(MAIN).href);
} else {
  process.exit(await run(node, [MAIN, ...process.argv.slice(2)]));
}

/** npm passes a signal to the shell between it and us, which dies of it without passing it on. */
function stopWithParent() {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, "SIGTERM");
  }, 250);
  watch.unref();
}
