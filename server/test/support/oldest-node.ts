import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The lowest version from 20 on that the path leads to; this one, when there is no other. */
export function oldestNode(): string {
  const [oldest] = (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "node"))
    .filter((path) => existsSync(path))
    .map((path) => ({
      path,
      major: Number(execFileSync(path, ["-p", "process.versions.node.split('.')[0]"])),
    }))
    .filter(({ major }) => major >= 20)
    .sort((one, other) => one.major - other.major);
  return oldest?.path ?? process.execPath;
}
