import { useEffect, useState } from "react";

/** "3 hours ago", with the exact time in the reader's zone on hover; `value` is ISO 8601 or epoch milliseconds. */
export function RelativeTime({ value }: { value: string | number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  const date = new Date(value);
  return (
    <time dateTime={date.toISOString()} title={EXACT.format(date)} className="tabular-nums">
      {relative(date.getTime() - now)}
    </time>
  );
}

function relative(differenceMs: number): string {
  const seconds = Math.round(differenceMs / 1000);
  if (Math.abs(seconds) < 10) return "just now";
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  return WORDS.format(Math.round(seconds / length), unit);
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];
const WORDS = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });
