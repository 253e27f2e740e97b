/** Our own credentials begin so; a JWT begins with the letters that `{"` becomes. */
const CREDENTIAL = /\b(?:bi-[A-Za-z0-9]{8,}|bi_[a-z]{2,3}_\w{8,}|rt_\w{8,}|eyJ[\w-]{8,}(?:\.[\w-]*)*)/g;
/** Line breaks stay; what moves a cursor or colours a terminal goes. */
const CONTROL = /[^\P{Cc}\n\t]/gu;

export interface Log {
  /** What the person has to know, on stderr: stdout belongs to the protocol. */
  say(message: string): void;
  /** What helps to find a fault, when that was asked for. */
  debug(message: string): void;
}

export function openLog({ debug, key }: { debug: boolean; key: string | null }): Log {
  const write = (message: string) => {
    process.stderr.write(`better-i18n-mcp: ${withoutCredentials(message, key)}\n`);
  };
  return { say: write, debug: debug ? write : () => {} };
}

/** The text without anything that opens a door; servers and libraries quote what they were sent. */
export function withoutCredentials(text: string, key: string | null = null): string {
  const withoutKey = key === null ? text : text.replaceAll(key, "[hidden]");
  return withoutKey.replace(CREDENTIAL, "[hidden]").replace(CONTROL, "");
}
