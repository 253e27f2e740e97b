import type { Via } from "@parlance/contract/actors";
import type { ActorColumns } from "./actor.ts";

export interface ProjectTable {
  id: string;
  organizationId: string;
  slug: string;
  name: string;
  sourceLanguage: string;
  fileStructure: "single_file" | "namespaced_folders";
  /** JSON: for each way in, what becomes of a text that breaks the rules of messages. */
  validationMode: string;
  /** Values below it are not published. */
  publishFrom: TranslationTable["status"];
  /** The status of values that people write without one. */
  peopleStatus: TranslationTable["status"];
  keyFormat: "nested" | "flat";
  createdAt: number;
  updatedAt: number;
  deletedAt: number | null;
}

/** The source language has a row too. */
export interface LanguageTable {
  projectId: string;
  /** Canonical (BCP 47); published paths carry it in lower case. */
  code: string;
  /** A removed language keeps its row, so that its counter stays right and it can come back. */
  status: "active" | "draft" | "removed";
  /** How many live keys have a value in it. */
  translated: number;
  /** Rises with every write that can change its published files, so an untouched language is not read again. */
  revision: number;
  createdAt: number;
}

/** Created with its first key; it stays when its last one goes. */
export interface NamespaceTable {
  projectId: string;
  name: string;
  /** Live keys. */
  keyCount: number;
  description: string | null;
  team: string | null;
  domain: string | null;
  aiPrompt: string | null;
  /** JSON list of texts. */
  tags: string;
  createdAt: number;
}

export interface KeyTable {
  id: string;
  projectId: string;
  namespace: string;
  name: string;
  description: string | null;
  format: "icu" | "plain";
  tags: string;
  maxLength: number | null;
  /** Rises with every change of the key itself. */
  revision: number;
  createdAt: number;
  updatedAt: number;
  /** Since when the key is in the trash. */
  deletedAt: number | null;
}

export interface TranslationTable {
  keyId: string;
  language: string;
  projectId: string;
  text: string;
  status: "draft" | "reviewed" | "approved";
  revision: number;
  changesetId: string;
  updatedAt: number;
  /** Since when the source text differs from the one that this was written for. */
  outdatedAt: number | null;
}

export interface ChangesetTable extends ActorColumns {
  id: string;
  projectId: string;
  via: Via;
  message: string | null;
  createdAt: number;
  keyCount: number;
  valueCount: number;
}

/** What a changeset did to one key (`language` is empty) or one value. */
export interface ChangeTable {
  changesetId: string;
  keyId: string;
  language: string;
  kind: "created" | "changed" | "deleted";
  before: string | null;
  after: string | null;
  statusBefore: string | null;
  statusAfter: string | null;
  revision: number;
}

export interface FileTable {
  hash: string;
  bytes: Uint8Array;
  gzip: Uint8Array;
  brotli: Uint8Array;
  size: number;
  createdAt: number;
}

export interface ReleaseTable extends ActorColumns {
  id: string;
  projectId: string;
  number: number;
  message: string | null;
  createdAt: number;
  valueCount: number;
  changedFiles: number;
  sourceLanguage: string;
  /** JSON list of the namespaces that have files of their own; null when files are not split by namespace. */
  namespaces: string | null;
}

export interface PublishPlanTable {
  id: string;
  projectId: string;
  channel: string;
  /** The selection of the request as JSON; null for the whole project. */
  filter: string | null;
  /** The hash of everything that the release would hold, and of what it replaces. */
  hash: string;
  createdAt: number;
  expiresAt: number;
  /** The release that it was published as. */
  releaseId: string | null;
}
