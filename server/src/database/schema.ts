import type { ActorColumns, WrittenVia } from "./actor.ts";
import type { ImportChunkTable, ImportProblemTable, ImportTable } from "./import-tables.ts";
import type {
  ChangesetTable,
  ChangeTable,
  FileTable,
  KeyTable,
  LanguageTable,
  NamespaceTable,
  ProjectTable,
  PublishPlanTable,
  ReleaseTable,
  TranslationTable,
} from "./translation-tables.ts";

export type * from "./translation-tables.ts";

/**
 * Every table. Ids are text, instants epoch milliseconds, lists and objects JSON text, and a fact that happened is a
 * nullable instant. The tables of the sign-in library (`users` to `verifications`) keep the library's own types, which
 * differ per engine: ISO text or timestamp, number or boolean.
 */
export interface Schema {
  users: UserTable;
  sessions: SessionTable;
  accounts: AccountTable;
  verifications: VerificationTable;
  organizations: OrganizationTable;
  members: { organizationId: string; userId: string; role: string; createdAt: number };
  invitations: InvitationTable;
  apps: AppTable;
  appRedirectUris: { appId: string; uri: string; origin: string };
  appSecrets: AppSecretTable;
  /** One for each answer to a registration; several may have been given the same app (decision 17). */
  appRegistrations: { id: string; appId: string; tokenHash: string | null; createdAt: number };
  appDocuments: AppDocumentTable;
  appIcons: { appId: string; contentType: string; bytes: Uint8Array; hash: string };
  authorizationRequests: AuthorizationRequestTable;
  approvals: { requestId: string; grantId: string; scopes: string; position: number };
  codes: CodeTable;
  deviceCodes: DeviceCodeTable;
  families: FamilyTable;
  familyGrants: { familyId: string; grantId: string; scopes: string; position: number };
  refreshTokens: RefreshTokenTable;
  grants: GrantTable;
  grantProjects: { grantId: string; projectId: string };
  installationTokens: InstallationTokenTable;
  apiKeys: ApiKeyTable;
  apiKeyProjects: { apiKeyId: string; projectId: string };
  signingKeys: SigningKeyTable;
  auditEntries: AuditTable;
  outbox: OutboxTable;
  rateLimits: { key: string; windowStart: number; count: number };
  idempotencyKeys: IdempotencyTable;
  projects: ProjectTable;
  languages: LanguageTable;
  /** Which changeset gave a language which revision; missing for a revision that history does not hold completely. */
  languageWrites: { projectId: string; language: string; revision: number; changesetId: string };
  namespaces: NamespaceTable;
  keys: KeyTable;
  translations: TranslationTable;
  changesets: ChangesetTable;
  changes: ChangeTable;
  /** In which languages a changeset wrote values, in the order of the list that is filtered by them. */
  changesetLanguages: { projectId: string; language: string; createdAt: number; changesetId: string };
  files: FileTable;
  /** Files that a publish has announced and no release lists yet. */
  unlistedFiles: { hash: string; since: number };
  releases: ReleaseTable;
  releaseLanguages: { releaseId: string; code: string; revision: number; valueCount: number };
  releaseFiles: { releaseId: string; path: string; hash: string; size: number; lastModified: number };
  channels: { projectId: string; name: string; releaseId: string; movedAt: number };
  /** The last number of a release under an address of published files, whatever became of project and organization. */
  publishedSlugs: { organizationSlug: string; projectSlug: string; lastRelease: number };
  publishPlans: PublishPlanTable;
  imports: ImportTable;
  importChunks: ImportChunkTable;
  importProblems: ImportProblemTable;
  contentModels: { id: string; projectId: string; slug: string; name: string; createdAt: number };
}

export interface UserTable {
  id: string;
  name: string;
  email: string;
  emailVerified: boolean | number;
  image: string | null;
  createdAt: unknown;
  updatedAt: unknown;
}

export interface SessionTable {
  id: string;
  token: string;
  userId: string;
  expiresAt: unknown;
  ipAddress: string | null;
  userAgent: string | null;
  createdAt: unknown;
  updatedAt: unknown;
}

export interface AccountTable {
  id: string;
  accountId: string;
  providerId: string;
  userId: string;
  accessToken: string | null;
  refreshToken: string | null;
  idToken: string | null;
  accessTokenExpiresAt: unknown;
  refreshTokenExpiresAt: unknown;
  scope: string | null;
  password: string | null;
  createdAt: unknown;
  updatedAt: unknown;
}

export interface VerificationTable {
  id: string;
  identifier: string;
  value: string;
  expiresAt: unknown;
  createdAt: unknown;
  updatedAt: unknown;
}

export interface OrganizationTable {
  id: string;
  slug: string;
  name: string;
  createdAt: number;
  deletedAt: number | null;
}

export interface InvitationTable {
  id: string;
  organizationId: string;
  email: string;
  role: string;
  tokenHash: string;
  invitedBy: string;
  createdAt: number;
  expiresAt: number;
  acceptedAt: number | null;
  canceledAt: number | null;
}

export interface AppTable {
  /** The client_id: `app_…`, or the address of a metadata document. */
  id: string;
  /** The owner; null for self-registered apps and those of the command line. */
  organizationId: string | null;
  name: string;
  /** JSON: its names in other languages, by language tag; null without any. */
  names: string | null;
  type: "web" | "spa" | "native";
  /** How it authenticates at the token endpoint. */
  authentication: "secret" | "none";
  origin: "dashboard" | "command_line" | "registered" | "document";
  homepage: string | null;
  /** Ceiling: a JSON list of scopes. */
  scopes: string;
  legacyWithoutPkceAt: number | null;
  /** Since when it may ask for people on devices without a browser. */
  deviceFlowAt: number | null;
  verifiedAt: number | null;
  disabledAt: number | null;
  deletedAt: number | null;
  createdBy: string | null;
  createdAt: number;
  /** When an app that nobody here registered is deleted, unless a person has approved it. */
  expiresAt: number | null;
  /** Of a self-registered app that nobody approved yet: what it was registered with and from where, as a keyed hash. */
  fingerprint: string | null;
}

/** What is known of the metadata document that an app's id is the address of. */
export interface AppDocumentTable {
  appId: string;
  /** Of what a person is shown, and of where they are sent; another one asks again. */
  hash: string;
  fetchedAt: number;
  freshUntil: number;
}

export interface AppSecretTable {
  id: string;
  appId: string;
  hash: string;
  lastFour: string;
  createdAt: number;
  lastUsedAt: number | null;
  leakedAt: number | null;
  deletedAt: number | null;
}

export interface AuthorizationRequestTable {
  id: string;
  appId: string;
  /** Null for the request of a device, which polls for its answer. */
  redirectUri: string | null;
  /** Whether the app sent it, so that the request can be begun again as it was. */
  redirectUriSent: number;
  scopes: string;
  identityScopes: string;
  state: string | null;
  codeChallenge: string | null;
  resources: string;
  organizationHint: string | null;
  /** Null until a person has brought the code of a device. */
  browserHash: string | null;
  userId: string | null;
  createdAt: number;
  expiresAt: number;
  /** When sign-in or verification restarted its life, which happens once. */
  extendedAt: number | null;
  decision: "approved" | "denied" | null;
  decidedAt: number | null;
  redeemedAt: number | null;
  /** The metadata document that the person is shown; null for other apps. */
  documentHash: string | null;
}

export interface CodeTable {
  hash: string;
  requestId: string;
  appId: string;
  userId: string;
  redirectUri: string;
  codeChallenge: string | null;
  createdAt: number;
  expiresAt: number;
  failures: number;
  redeemedAt: number | null;
  voidedAt: number | null;
}

/** What a device polls with, and what its person types. */
export interface DeviceCodeTable {
  hash: string;
  requestId: string;
  /** A keyed hash: eight letters would be found again from a plain one. */
  userCodeHash: string;
  /** The shortest time between two polls; it grows when they come faster. */
  intervalSeconds: number;
  polledAt: number | null;
}

export interface FamilyTable {
  id: string;
  appId: string;
  userId: string;
  codeHash: string;
  /** One for the whole approval, one for each of its grants. */
  kind: "approval" | "connection";
  resources: string;
  identityScopes: string;
  startedAt: number;
  endedAt: number | null;
  endReason: string | null;
}

export interface RefreshTokenTable {
  hash: string;
  familyId: string;
  salt: string;
  keyId: string;
  issuedAt: number;
  expiresAt: number;
  usedAt: number | null;
  successorHash: string | null;
}

export interface GrantTable {
  id: string;
  appId: string;
  userId: string;
  organizationId: string;
  scopes: string;
  /** `all` covers future projects; `chosen` means grantProjects, deleted ones included. */
  projectAccess: "all" | "chosen";
  createdAt: number;
  updatedAt: number;
  lastUsedAt: number | null;
  revokedAt: number | null;
  revokedBy: string | null;
  revokeReason: string | null;
  /** The metadata document that the person approved last; null for other apps. */
  documentHash: string | null;
}

export interface InstallationTokenTable {
  hash: string;
  grantId: string;
  familyId: string;
  /** Its own narrowing; null means none. */
  scopes: string | null;
  projectIds: string | null;
  issuedAt: number;
  expiresAt: number;
  revokedAt: number | null;
}

export interface ApiKeyTable {
  id: string;
  organizationId: string;
  kind: "secret" | "public";
  name: string;
  hash: string;
  lastFour: string;
  /** Null means all that the role of its creator holds. */
  scopes: string | null;
  /** `all` covers future projects; `chosen` means apiKeyProjects, deleted ones included. */
  projectAccess: "all" | "chosen";
  createdBy: string;
  createdAt: number;
  expiresAt: number | null;
  lastUsedAt: number | null;
  revokedAt: number | null;
  revokedBy: string | null;
}

export interface SigningKeyTable {
  id: string;
  algorithm: "EdDSA" | "ES256";
  publicJwk: string;
  privateKey: string;
  createdAt: number;
  activeFrom: number;
}

export interface AuditTable extends ActorColumns {
  id: string;
  at: number;
  organizationId: string | null;
  action: string;
  outcome: "done" | "refused";
  via: WrittenVia;
  /** The app and grant concerned, whoever did it. */
  appId: string | null;
  grantId: string | null;
  target: string | null;
  details: string;
  /** The request that did it; null for what none did. */
  requestId: string | null;
  /** From where the request came, as far as `AUDIT_ADDRESSES` lets it be kept. */
  address: string | null;
}

export interface OutboxTable {
  id: string;
  event: string;
  organizationId: string;
  projectId: string | null;
  payload: string;
  createdAt: number;
  deliveredAt: number | null;
}

/** An idempotency key that was claimed, and the answer once the deed is done. */
export interface IdempotencyTable {
  /** Whose key it is. */
  caller: string;
  key: string;
  operation: string;
  bodyHash: string;
  /** The answer as JSON; empty until the deed is done. */
  body: string;
  /** The call that does it; no other may until the claim expires. Null once it is done. */
  claimId: string | null;
  claimedUntil: number | null;
  createdAt: number;
  expiresAt: number;
}
