import { randomUUID } from "node:crypto";
import type { Connection } from "./connections.ts";
import { ParlanceError, type RequestOptions, request } from "./parlance.ts";
import type { Settings } from "./settings.ts";
import type { Tokens } from "./tokens.ts";

interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

export interface ProjectSummary {
  id: string;
  slug: string;
  name: string;
  sourceLanguage: string;
  /** Target language codes. */
  languages: string[];
}

export interface Project {
  id: string;
  name: string;
  keyCount: number;
  languages: { code: string; name: string; isSource: boolean; coverage: number }[];
  cdn: { manifest: string; pattern: string };
}

export interface Key {
  namespace: string;
  name: string;
}

export interface Release {
  number: number;
  changedFiles: number;
}

export type Api = ReturnType<typeof createApi>;

/**
 * The resource calls this app makes. All of them throw ConnectionRevokedError when the user has to connect again,
 * and ParlanceError for every other refusal.
 */
export function createApi(settings: Settings, tokens: Tokens) {
  // #region call
  async function call<Answer>(
    connection: Connection,
    path: string,
    options: RequestOptions = {},
  ): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const bearer = await tokens.installationToken(connection.id);
      try {
        return await request<Answer>(`${settings.apiUrl}${path}`, { ...options, bearer });
      } catch (error) {
        if (attempt > 1 || !isStale(error)) throw tokens.revokedOr(error, connection);
        await tokens.forget(connection.id, bearer);
      }
    }
  }
  // #endregion

  // #region create
  /** Creates at most once: a repetition with the same Idempotency-Key gets the first one's answer. */
  function create<Answer>(connection: Connection, path: string, json: unknown): Promise<Answer> {
    return call(connection, path, { json, headers: { "idempotency-key": randomUUID() } });
  }
  // #endregion

  return {
    // #region pages
    async projects(connection: Connection): Promise<ProjectSummary[]> {
      const path = `/organizations/${encodeURIComponent(connection.organizationId)}/projects`;
      const projects: ProjectSummary[] = [];
      for (let cursor: string | null = ""; cursor !== null; ) {
        const query: string = cursor && `?cursor=${encodeURIComponent(cursor)}`;
        const page: Page<ProjectSummary> = await call(connection, path + query);
        projects.push(...page.items);
        cursor = page.nextCursor;
      }
      return projects;
    },
    // #endregion

    project(connection: Connection, projectId: string): Promise<Project> {
      return call(connection, projectPath(projectId));
    },

    async someKeys(connection: Connection, projectId: string): Promise<Key[]> {
      const page = await call<Page<Key>>(connection, `${projectPath(projectId)}/keys?limit=250`);
      return page.items;
    },

    createKey(connection: Connection, projectId: string, key: Key & { values: Record<string, string> }) {
      return create<unknown>(connection, `${projectPath(projectId)}/keys`, { keys: [key] });
    },

    setValue(connection: Connection, projectId: string, value: { key: Key; language: string; text: string }) {
      return call<{ updated: number }>(connection, `${projectPath(projectId)}/values`, {
        json: { values: [value] },
      });
    },

    publish(connection: Connection, projectId: string, message: string | undefined): Promise<Release> {
      return create(connection, `${projectPath(projectId)}/releases`, { message });
    },
  };
}

// #region stale
/** The token ended early, or the grant holds the scope by now and this token is older: one new token mends both. */
function isStale(error: unknown): boolean {
  if (!(error instanceof ParlanceError)) return false;
  return error.status === 401 || (error.code === "missing_scope" && error.mintAgain);
}
// #endregion

function projectPath(projectId: string): string {
  return `/v1/projects/${encodeURIComponent(projectId)}`;
}
