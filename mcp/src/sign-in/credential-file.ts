import { createHash, randomBytes } from "node:crypto";
import { chmod, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { StoredOAuthClientInformation, StoredOAuthTokens } from "@modelcontextprotocol/client";
import { lock } from "./lock.ts";

export interface Credentials {
  /** The endpoint that they are for. */
  readonly url: string;
  readonly client?: StoredOAuthClientInformation | undefined;
  readonly tokens?: (StoredOAuthTokens & { readonly expiresAt: number | null }) | undefined;
  /** What the tokens are for, as it was asked (RFC 8707). */
  readonly resource?: string | undefined;
  /** How the last sign-in failed, for the processes that waited for it. */
  readonly failure?: { readonly at: number; readonly words: string } | undefined;
}

/**
 * The credentials of one endpoint, shared by every process of this person: one file with mode 0600 in a folder with mode
 * 0700. It is replaced as a whole, so nobody reads half of it.
 */
export class CredentialFile {
  readonly #url: string;
  readonly #folder: string;
  readonly path: string;

  constructor(folder: string, url: URL) {
    this.#url = url.href;
    this.#folder = folder;
    const name = createHash("sha256").update(url.href).digest("hex").slice(0, 16);
    this.path = join(folder, `mcp-${name}.json`);
  }

  /** What is stored; nothing for a file that is absent, broken or another endpoint's. */
  async read(): Promise<Credentials> {
    const nothing = { url: this.#url };
    const text = await readFile(this.path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    });
    const stored = text === null ? null : parsed(text);
    return stored?.url === this.#url ? stored : nothing;
  }

  /** Runs `work` while no other process changes the file. Throws what `signal` was aborted with. */
  async exclusively<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    await this.prepareFolder();
    const release = await lock(`${this.path}.lock`, signal);
    try {
      return await work();
    } finally {
      await release();
    }
  }

  /** Replaces what is stored by what `change` makes of it. */
  update(signal: AbortSignal, change: (stored: Credentials) => Credentials): Promise<void> {
    return this.exclusively(signal, async () => this.write(change(await this.read())));
  }

  /** Resolves when the new content has reached the disk. To be called within `exclusively`. */
  async write(credentials: Credentials): Promise<void> {
    await this.prepareFolder();
    const next = `${this.path}.${process.pid}.${randomBytes(4).toString("hex")}`;
    try {
      const file = await open(next, "wx", 0o600);
      try {
        await file.writeFile(`${JSON.stringify(credentials, null, 2)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(next, this.path);
    } catch (error) {
      await rm(next, { force: true });
      throw error;
    }
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }

  /** Another program may have made the folder, for everybody to read. */
  async prepareFolder(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await chmod(this.#folder, 0o700);
  }
}

function parsed(text: string): Credentials | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Credentials) : null;
  } catch {
    return null;
  }
}
