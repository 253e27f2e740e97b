import type { OPERATIONS, Output, Request } from "@parlance/contract/operations";

export type { Manifest } from "@parlance/contract/cdn";
export type { ErrorCode, FieldError } from "@parlance/contract/errors";
export type { Scope } from "@parlance/contract/scopes";

/**
 * The types that the SDK takes from the contract. `build/` writes this module anew for the package, as plain declarations,
 * so that no program of a partner needs the library that the contract's schemas are made with.
 */
type All = typeof OPERATIONS;

/** The operations that an installation token or key may call. The SDK itself makes those that take an access token. */
type Callable = {
  [Name in keyof All]: All[Name]["rest"]["mount"] extends "api"
    ? All[Name]["access"]["by"] extends "access_token"
      ? never
      : Name
    : never;
}[keyof All];

/** A file as it is answered: its bytes come while the server makes them. */
type FileAnswer = Response;

/** By operation: what a call sends, and what it is answered. */
export type Operations = {
  [Name in Callable]: {
    input: Request<Name> & (All[Name]["rest"] extends { bytes: unknown } ? FileContent : unknown);
    output: All[Name] extends { output: { _zod: { output: { bytes: unknown; contentType: unknown } } } }
      ? FileAnswer
      : Output<Name>;
  };
};

/** A file, or a part of one, to send. */
export interface FileContent {
  content: Blob | Uint8Array<ArrayBuffer> | string;
  /** Defaults to `application/octet-stream`. */
  contentType?: string;
}
