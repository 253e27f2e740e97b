// How much may be imported. Apart from the operations, so that pages need not load the schema library to know it.

/** The largest file of one import. */
export const MOST_IMPORT_BYTES = 1024 * 1024 * 1024;
/** How many texts one import may hold: a hash of each stays in memory, so that a repeated one is noticed. */
export const MOST_IMPORT_TEXTS = 5_000_000;
/**
 * What a project, and all projects of an organization together, may have open: imports that are not over, and bytes of
 * their files and of others that are not deleted yet.
 */
export const MOST_OPEN = {
  project: { imports: 5, bytes: 2 * MOST_IMPORT_BYTES },
  organization: { imports: 20, bytes: 4 * MOST_IMPORT_BYTES },
} as const;
/** How many problems of one import are stored; further ones are only counted. */
export const MOST_KEPT_PROBLEMS = 10_000;
/** An upload that is not complete after this long is dropped. */
export const UPLOAD_LIFE_SECONDS = 24 * 60 * 60;
