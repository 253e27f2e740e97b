import { quote } from "./quote.ts";

const FENCE = /^(```\w+ file=(\S+?)(?: region=(\S+))?)\n([\s\S]*?)^```$/gm;
const TABLE = /^(<!-- table: ([\w-]+) -->)\n[\s\S]*?^(<!-- end table -->)$/gm;

/** Where blocks come from: a file of the repository by its path from the root, a table by its name. */
export interface Sources {
  read(path: string): string;
  tables: Readonly<Record<string, () => string>>;
}

/** The guide with every block as its source has it now. Throws for a block whose source does not exist. */
export function fill(markdown: string, { read, tables }: Sources): string {
  return markdown
    .replace(FENCE, (_, head, file, region) => {
      const code = quote(read(file), region);
      if (code.includes("```")) throw new Error(`The region ${region} of ${file} would end its fence.`);
      return `${head}\n${code}\n\`\`\``;
    })
    .replace(TABLE, (_, head, name, end) => {
      const table = tables[name];
      if (!table) throw new Error(`There is no table ${name}.`);
      return `${head}\n\n${table()}\n\n${end}`;
    });
}
