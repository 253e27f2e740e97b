/** The beginning of a file, cut off anywhere, and the namespaces of the project it is meant for. */
export interface FileHead {
  readonly text: string;
  readonly namespaces: readonly string[];
}

export interface Member {
  name: string;
  kind: "string" | "object" | "other";
}

/** The members of the outermost JSON object, as far as the text goes; none when each line holds a key. */
export function membersOf(text: string): Member[] {
  const members: Member[] = [];
  if (holdsKeyPerLine(text)) return members;
  const token = /"([^"\\]*(?:\\.[^"\\]*)*)(?:"|\\?$)\s*(:?)\s*(["{[]?)|[{}[\]]/gs;
  let depth = 0;
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [whole, name, colon, next] = found;
    if (name === undefined) depth += whole === "{" || whole === "[" ? 1 : -1;
    else if (colon && depth === 1) {
      members.push({ name, kind: next === '"' ? "string" : next === "{" ? "object" : "other" });
    }
    // What follows the colon is looked at once more, as a token of its own.
    if (name !== undefined && next) token.lastIndex -= 1;
  }
  return members;
}

/** Whether the first line is a complete JSON object that names a key, with other lines after it. */
export function holdsKeyPerLine(text: string): boolean {
  try {
    const [line = ""] = text
      .replace(/^\uFEFF/, "")
      .trimStart()
      .split("\n", 1);
    return typeof JSON.parse(line).key === "string" && text.trimEnd().includes("\n");
  } catch {
    return false;
  }
}
