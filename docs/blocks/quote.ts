const BEGIN = /^\s*(?:\/\/|#|--) #region (\S+)\s*$/;
const END = /^\s*(?:\/\/|#|--) #endregion\b/;

/**
 * The lines of a region of a program, without the marks of regions inside it and without the indentation that all its lines
 * have; the whole program when no region is asked for. Throws when there is no such region, or it does not end.
 */
export function quote(source: string, region: string | undefined): string {
  const lines = source.split("\n");
  const from = region === undefined ? -1 : lines.findIndex((line) => BEGIN.exec(line)?.[1] === region);
  if (region !== undefined && from < 0) throw new Error(`There is no region ${region}.`);
  const quoted: string[] = [];
  let depth = 1;
  for (const line of lines.slice(from + 1)) {
    if (BEGIN.test(line)) depth++;
    else if (END.test(line)) depth--;
    else quoted.push(line);
    if (depth === 0) break;
  }
  if (region !== undefined && depth > 0) throw new Error(`The region ${region} does not end.`);
  return dedent(quoted).join("\n").trim();
}

function dedent(lines: string[]): string[] {
  const indents = lines.filter((line) => line.trim()).map((line) => line.length - line.trimStart().length);
  const common = Math.min(...indents);
  return lines.map((line) => line.slice(common));
}
