interface Line {
  level: number;
  time: string;
  msg?: string;
  err?: { message?: string; stack?: string };
  requestId?: string;
  [fact: string]: unknown;
}

const LEVELS: Record<number, string> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};

/** A line of the log for the terminal of whoever develops: short, with the stack of an error below it. */
export function readableLine(json: string): string {
  const { level, time, msg, err, ...facts } = JSON.parse(json) as Line;
  const clock = time.slice("2026-01-01T".length, -1);
  if (msg === "request") return `${clock} ${requestIn(facts)}\n`;
  const parts = [clock, LEVELS[level] ?? level, msg, factsIn(facts), err?.message && `· ${err.message}`];
  // Its first line says the message again.
  const stack = err?.stack?.split("\n").slice(1).join("\n");
  return `${inOneLine(parts.filter(Boolean).join(" "))}\n${stack ? `${stack}\n` : ""}`;
}

function requestIn({ status, method, path, ms }: Record<string, unknown>): string {
  return inOneLine(`${status} ${method} ${path} ${ms} ms`);
}

function factsIn(facts: Record<string, unknown>): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : value}`)
    .join(" ");
}

/** Strangers choose a part of what is logged, and a terminal obeys control characters. */
function inOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd");
}
