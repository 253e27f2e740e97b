/** Kills the process at a named point when TEST_CRASH_AT names it, as `kill -9` would (spec/quality, "Time and crashes"). */
export function crashPoints(named: string | undefined): (point: string) => void {
  return (point) => {
    if (point === named) process.kill(process.pid, "SIGKILL");
  };
}
