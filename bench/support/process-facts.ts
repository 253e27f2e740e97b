import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const MB = 1024 * 1024;

/** Resident memory of a process in MB. */
export function residentMb(pid: number): number {
  return fromStatus(pid, "VmRSS") ?? fromPs(pid);
}

/** The most resident memory that a process has had, in MB; on systems without /proc what it has now. */
export function peakResidentMb(pid: number): number {
  return fromStatus(pid, "VmHWM") ?? fromPs(pid);
}

/** Processor seconds that a process has used, its threads included; null on systems without /proc. */
export function processorSeconds(pid: number): number | null {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return null;
  // The name in the second field may contain spaces; user and system time are the 14th and 15th field.
  const fields = readFileSync(path, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** USER_HZ, which Linux has fixed for programs. */
const TICKS_PER_SECOND = 100;

function fromStatus(pid: number, field: "VmRSS" | "VmHWM"): number | undefined {
  const path = `/proc/${pid}/status`;
  if (!existsSync(path)) return undefined;
  const found = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(readFileSync(path, "utf8"));
  return found ? (Number(found[1]) * 1024) / MB : undefined;
}

function fromPs(pid: number): number {
  return (Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) * 1024) / MB;
}
