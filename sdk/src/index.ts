export type { AgentConfiguration, AgentServer } from "./agent.ts";
export { type Cdn, type CdnOptions, createCdn, type Messages } from "./cdn.ts";
export type { Client, Input, Output } from "./client.ts";
export type { AuthorizeOptions } from "./connect.ts";
export type { ErrorCode, FieldError, FileContent, Manifest, Operations, Scope } from "./contract.ts";
export type { DeviceAuthorization } from "./device.ts";
export {
  AuthorizationError,
  CallbackError,
  ClientRefusedError,
  ConflictError,
  ConnectionRevokedError,
  ForbiddenError,
  InvalidGrantError,
  InvalidTokenError,
  MissingScopeError,
  NotFoundError,
  ParlanceError,
  RateLimitedError,
  RefusedError,
  ServerError,
  SettingsError,
  UnreachableError,
  ValidationError,
} from "./errors.ts";
export type { InstallationToken, Narrowing } from "./installation.ts";
export { createClient, createParlance, type Parlance } from "./parlance.ts";
export type { CallOptions } from "./prepare.ts";
export type { ParlanceOptions } from "./settings.ts";
export type { Connection, ConnectionStore, PendingAuthorization } from "./store.ts";
export { memoryStore } from "./stores/memory.ts";
