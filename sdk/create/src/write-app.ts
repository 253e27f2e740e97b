import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { UsageError } from "./options.ts";

/** What differs between one new app and the next. */
export interface App {
  readonly folder: string;
  readonly url: string;
  readonly port: number;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Where the template and the SDK's package are. */
export interface Sources {
  readonly template: string;
  readonly sdk: string;
}

const SDK = "parlance-sdk.tgz";
const OWNER_ONLY = 0o600;

/** Throws `UsageError` for a folder that has something in it. */
export function checkFolder(folder: string): void {
  const found = existsSync(folder) ? readdirSync(folder) : [];
  if (found.length > 0)
    throw new UsageError(`${folder} is not empty: it has ${found[0]}. Name a new folder.`);
}

/** Writes the app; the secret goes into `.env` alone, which its owner may read and git leaves out. */
export function writeApp(app: App, { template, sdk }: Sources): void {
  checkFolder(app.folder);
  mkdirSync(join(app.folder, "vendor"), { recursive: true });
  cpSync(template, app.folder, { recursive: true, filter: (path) => basename(path) !== "gitignore" });
  // npm leaves a file of this name out of packages.
  copyFileSync(join(template, "gitignore"), join(app.folder, ".gitignore"));
  writeFileSync(join(app.folder, ".env"), environment(app), { mode: OWNER_ONLY });
  copyFileSync(sdk, join(app.folder, "vendor", SDK));
  for (const file of ["package.json", "doctor.env"]) move(join(app.folder, file), app.port);
  const path = join(app.folder, "package.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  const own = {
    ...manifest,
    name: packageName(app.folder),
    dependencies: { "@parlance/sdk": `file:vendor/${SDK}` },
  };
  writeFileSync(path, `${JSON.stringify(own, null, 2)}\n`);
}

/** The app under examination listens beside the one that runs. */
function move(path: string, port: number): void {
  writeFileSync(
    path,
    readFileSync(path, "utf8").replaceAll("4001", String(port < 65_535 ? port + 1 : port - 1)),
  );
}

/** A folder's name as npm takes it. */
export function packageName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-");
  return name.replaceAll(/^-+|-+$/g, "") || "my-app";
}

function environment({ url, port, clientId, clientSecret }: App): string {
  return [
    "# Nobody but you may read this: the secret is the app's password.",
    `PARLANCE_URL=${url}`,
    `PARLANCE_CLIENT_ID=${clientId}`,
    `PARLANCE_CLIENT_SECRET=${clientSecret}`,
    `PORT=${port}`,
    "",
  ].join("\n");
}
