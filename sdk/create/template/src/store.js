import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * A key-value store in one file, for one process. Each change writes the whole file beside the old one and takes its place, so
 * that an end in the middle leaves one or the other. It holds tokens, which are as good as passwords: only its owner may read it.
 */
export function fileKv(path) {
  const entries = new Map(existsSync(path) ? Object.entries(JSON.parse(readFileSync(path, "utf8"))) : []);
  const live = (key) => {
    const entry = entries.get(key);
    return entry && (entry.until === null || entry.until > Date.now()) ? entry : undefined;
  };
  const save = () => {
    for (const key of entries.keys()) if (!live(key)) entries.delete(key);
    mkdirSync(dirname(path), { recursive: true });
    const next = `${path}.next`;
    writeFileSync(next, JSON.stringify(Object.fromEntries(entries)), { mode: 0o600, flush: true });
    renameSync(next, path);
  };
  return {
    get: async (key) => live(key),
    async set(key, value, { version, ttlMs }) {
      if ((live(key)?.version ?? null) !== version) return false;
      entries.set(key, {
        value,
        version: randomUUID(),
        until: ttlMs === undefined ? null : Date.now() + ttlMs,
      });
      save();
      return true;
    },
    async delete(key, version) {
      if (live(key)?.version !== version) return false;
      entries.delete(key);
      save();
      return true;
    },
  };
}
