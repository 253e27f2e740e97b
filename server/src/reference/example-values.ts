import type { OperationName, Request } from "@parlance/contract/operations";

const PROJECT_ID = "0b7e5c1a-4d2f-4f6b-9a53-6f2c8d1e7b40";
const KEY_ID = "5f0a9c3e-17d8-4b62-8e4d-2a6b9c7f1d35";
const CDN = "https://translate.example.com/cdn/acme/web-shop";

/**
 * What fields hold in examples, by `noun.field` or by `field` alone: the story of one organization with one web shop. A
 * value that a schema does not take is passed over, so that a field of the same name may be another thing elsewhere.
 */
export const VALUES: Readonly<Record<string, unknown>> = {
  // Organizations, people, apps
  organizationId: "org_4fT9kQ2mXv7LbR1sWc8NdE",
  organization_id: "org_4fT9kQ2mXv7LbR1sWc8NdE",
  organizationSlug: "acme",
  organization_slug: "acme",
  organization_name: "Acme",
  "organization.id": "org_4fT9kQ2mXv7LbR1sWc8NdE",
  "organization.slug": "acme",
  "organization.name": "Acme",
  "user.id": "usr_7hJ2pW9cZq4TfK8mVb3XsA",
  "user.name": "Noor Haddad",
  "user.email": "noor@example.com",
  email_verified: true,
  "app.client_id": "app_9dR6yU1nGx5ErL2kPt7QwM",
  "app.name": "Store builder",
  "actor.type": "app",
  "actor.id": "app_9dR6yU1nGx5ErL2kPt7QwM",
  "actor.name": "Store builder",
  createdBy: "usr_7hJ2pW9cZq4TfK8mVb3XsA",
  via: "rest",

  // Grants and tokens
  grantId: "grt_2vB8nM5xKc1JhT6wRz9LqS",
  grant_id: "grt_2vB8nM5xKc1JhT6wRz9LqS",
  scopes: ["projects:read", "keys:read", "translations:read", "translations:write"],
  scope: "projects:read keys:read translations:read translations:write",
  project_ids: [PROJECT_ID],
  access_token: "eyJ…",
  refresh_token: "rt_…",
  installation_token: "bi_oat_…",
  expires_in: 3600,
  credentials: ["bi_oat_…"],

  // Projects and languages
  projectId: PROJECT_ID,
  projectSlug: "web-shop",
  "project.id": PROJECT_ID,
  "project.slug": "web-shop",
  "project.name": "Web shop",
  sourceLanguage: "en",
  languages: ["de", "pt-BR"],
  language: "de",
  code: "de",
  "language.name": "German",
  isSource: false,
  "validationMode.import": "warn",
  translated: 412,
  coverage: 96.5,
  keyCount: 427,
  peopleStatus: "reviewed",
  publishFrom: "approved",
  "cdn.base": CDN,
  manifest: `${CDN}/manifest.json`,
  pattern: `${CDN}/{locale}/translations.json`,
  "model.id": "c8d4f0b2-93a7-4e15-b6c1-7f5e2d9a0b84",
  "model.slug": "blog-post",
  "model.name": "Blog post",

  // Keys and texts
  keyId: KEY_ID,
  ids: [KEY_ID],
  "key.id": KEY_ID,
  "trash.id": KEY_ID,
  "namespace.name": "checkout",
  namespace: "checkout",
  namespaces: ["checkout"],
  name: "cart.items",
  format: "icu",
  "namespace.description": "Everything between the cart and the receipt",
  description: "Above the list of what is in the cart",
  team: "Growth",
  domain: "e-commerce",
  aiPrompt: "Short and friendly; customers are addressed informally",
  tags: ["checkout"],
  maxLength: 80,
  text: "{count, plural, one {# Artikel} other {# Artikel}}",
  "before.text": "{count, plural, one {# Stück} other {# Stück}}",
  before: "{count, plural, one {# Stück} other {# Stück}}",
  after: "{count, plural, one {# Artikel} other {# Artikel}}",
  keyBefore: null,
  keyAfter: null,
  status: "approved",
  outdated: false,
  revision: 3,
  outdatedKeys: 12,
  updated: 1,
  unchanged: 0,
  deleted: 1,
  missing: 0,

  // History
  changesetId: "cs_6wP3tZ9bVk2XgN7mQd4LrH",
  "changeset.id": "cs_6wP3tZ9bVk2XgN7mQd4LrH",
  message: "Spring campaign",
  valueCount: 854,
  "changeset.keyCount": 0,
  "changeset.valueCount": 1,
  kind: "changed",
  reverted: 1,
  skippedCount: 0,
  skipped: [],

  // Publishing
  channel: "production",
  "channel.name": "production",
  channels: ["production"],
  release: 7,
  number: 7,
  against: 6,
  base: 6,
  "release.id": "rel_8mK5vC2xTq9WbJ4nZr6HsL",
  planId: "plan_3nF7kX9wBt5MvR2cQz8JpG",
  hash: "q3Jm0v7s2b1tXyZkW9uRfE5nLcD8aPgHiOoTjKlMnQr",
  changedFiles: 2,
  added: 0,
  changed: 1,
  removed: 0,
  count: 3,

  // Imports
  importId: "imp_5jH8qL3vXw7TnB9kMc2RzF",
  "import.id": "imp_5jH8qL3vXw7TnB9kMc2RzF",
  fileName: "de.json",
  existing: "overwrite",
  dryRun: false,
  size: 18_452,
  receivedBytes: 18_452,
  processedBytes: 18_452,
  state: "completed",
  rows: 427,
  keysCreated: 15,
  keysUpdated: 0,
  valuesCreated: 15,
  valuesUpdated: 31,
  rejected: 0,
  warnings: 0,
  problems: 0,
  problemsKept: 0,
  error: null,
  row: 12,
  key: "cart.items",
  "importProblem.code": "missing_argument",
  "importProblem.pointer": "/values/de",
  "importProblem.message": "The text lacks the argument count.",
  severity: "warning",
  offset: 0,
  pointer: "/values/0/text",

  // Instants
  createdAt: "2026-03-02T09:15:04.218Z",
  created_at: "2026-03-02T09:15:04.218Z",
  startedAt: "2026-03-02T09:15:04.530Z",
  finishedAt: "2026-03-02T09:15:06.947Z",
  movedAt: "2026-03-02T09:15:04.218Z",
  updatedAt: "2026-03-02T09:15:04.218Z",
  deletedAt: "2026-03-02T09:15:04.218Z",
  expiresAt: "2026-03-02T10:15:04.218Z",
  expires_at: "2026-03-02T10:15:04.218Z",

  // Lists
  nextCursor: null,
  limit: 100,
  q: "cart",
};

type Sent = { readonly [Name in OperationName]?: Partial<Request<Name>> };

/** What a call sends in its example, where the fields that it must send would not show what it is for. */
export const REQUESTS: Sent = {
  "projects.update": { name: "Web shop", publishFrom: "approved" },
  "namespaces.update": { description: "Everything between the cart and the receipt", tags: ["checkout"] },
  "keys.create": {
    message: "Spring campaign",
    keys: [
      {
        namespace: "checkout",
        name: "cart.items",
        description: "Above the list of what is in the cart",
        tags: ["checkout"],
        values: {
          en: "{count, plural, one {# item} other {# items}}",
          de: "{count, plural, one {# Artikel} other {# Artikel}}",
        },
      },
    ],
  },
  "keys.update": { description: "Above the list of what is in the cart", maxLength: 80 },
  "keys.updateMany": {
    keys: [{ key: { namespace: "checkout", name: "cart.items" }, addTags: ["spring"] }],
  },
  "keys.delete": { keys: [{ namespace: "checkout", name: "cart.items" }] },
  "values.set": {
    message: "Spring campaign",
    values: [
      {
        key: { namespace: "checkout", name: "cart.items" },
        language: "de",
        text: "{count, plural, one {# Artikel} other {# Artikel}}",
        revision: 2,
      },
    ],
  },
  "values.setStatus": {
    status: "approved",
    values: [{ key: { namespace: "checkout", name: "cart.items" }, language: "de", revision: 3 }],
  },
  "changesets.revert": { message: "The campaign was called off" },
  "plans.create": { channel: "production", filter: { languages: ["de"] } },
  "releases.create": { planId: "plan_3nF7kX9wBt5MvR2cQz8JpG", message: "Spring campaign" },
  "installations.mint": {
    scopes: ["projects:read", "keys:read", "translations:read"],
    project_ids: [PROJECT_ID],
  },
  "imports.create": { language: "de", fileName: "de.json" },
};
