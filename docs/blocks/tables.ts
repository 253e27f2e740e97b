import { publishedPath, publishedTree } from "@parlance/contract/cdn";
import { CREDENTIALS, FORMS } from "@parlance/contract/credentials";
import { ERRORS, type ErrorCode } from "@parlance/contract/errors";
import type { Operation } from "@parlance/contract/operation";
import { OPERATIONS } from "@parlance/contract/operations";
import { SCOPES } from "@parlance/contract/scopes";
import { allChecks } from "../../sdk/doctor/checks/checks.ts";
import { readConfig } from "../../server/src/platform/config.ts";
import { ERROR_ADVICE } from "./error-advice.ts";

const config = readConfig({ NODE_ENV: "test" });

/** Every table of a guide that follows from another table. */
export const TABLES: Readonly<Record<string, () => string>> = {
  scopes: () =>
    table(
      ["scope", "opens", "switched on at first", "a member's role holds it"],
      Object.entries(SCOPES).map(([scope, { sentence, warning, defaultOn, member }]) => [
        code(scope),
        warning ? `${sentence}. **${warning}**` : sentence,
        yes(defaultOn),
        yes(member),
      ]),
    ),
  credentials: () =>
    table(
      ["credential", "looks like", "lives", "what for"],
      Object.entries(CREDENTIALS).map(([kind, { prefix, form, lifeSeconds, use }]) => [
        kind.replaceAll("_", " "),
        form === "jwt"
          ? `${code(`${prefix}…`)}, a signed JWT`
          : `${code(prefix)} and ${lettersOf(form)} letters${form === "base62" ? " and digits" : ""}`,
        lifeSeconds === null ? "until it is revoked or deleted" : duration(lifeSeconds),
        use,
      ]),
    ),
  doctor: () =>
    table(
      ["check", "a good app"],
      allChecks(() => "").map(({ id, title }) => [code(id), title]),
    ),
  operations: () =>
    table(
      ["call", "scope", "does"],
      (Object.values(OPERATIONS) as Operation[])
        .filter(({ rest }) => rest.mount === "api")
        .map(({ rest, access, summary }) => [
          code(`${rest.method} ${rest.path}`),
          access.by === "scope" ? code(access.scope) : (CALLED_WITH[access.by] ?? access.by),
          summary,
        ]),
    ),
  limits: () =>
    table(
      ["what", "how many"],
      [
        [
          "resource calls of one installation token or key",
          `${count(config.RATE_LIMIT_PER_MINUTE)} a minute`,
        ],
        ...(Object.values(OPERATIONS) as Operation[])
          .filter(({ rest, rateLimit }) => rest.mount === "api" && rateLimit)
          .map(({ rest, rateLimit }) => [
            code(`${rest.method} ${rest.path}`),
            `${count(rateLimit?.count ?? 0)} ${each(rateLimit?.seconds ?? 0)}`,
          ]),
      ],
    ),
  retries: () =>
    table(
      ["app", "a replaced refresh token is still answered for"],
      [
        ["with a secret", duration(config.REFRESH_RETRY_CONFIDENTIAL_SECONDS)],
        ["without", duration(config.REFRESH_RETRY_PUBLIC_SECONDS)],
      ],
    ),
  "published-paths": () => {
    const own = "{organization}/{project}/";
    return table(
      ["path", "body"],
      [
        [code(`${own}{locale}.json`), "all texts of a language"],
        [code(own + publishedPath.locale("{locale}")), "the same"],
        [
          code(own + publishedPath.namespace("{locale}", "{namespace}")),
          "one namespace, in projects that announce them",
        ],
        [code(`${own}${publishedPath.batch("{locale}")}?ns=a,b`), "several namespaces at once"],
        [code(own + publishedPath.manifest), "languages, files, their versions, and the release"],
        [code(`${own}${publishedTree.channel("{channel}")}…`), "the same tree of another channel"],
        [code(`${own}@{release}/…`), "the same tree of one release, which never changes"],
      ],
    );
  },
  errors: errorSections,
};

const CALLED_WITH: Partial<Record<Operation["access"]["by"], string>> = {
  access_token: "access token",
  any_token: "access or installation token",
  anyone: "none, by anyone",
};

/** A heading for each status and each code, so that a program's log can link to what it met. */
function errorSections(): string {
  const codes = Object.keys(ERRORS) as ErrorCode[];
  const statuses = [...new Set(codes.map((code) => ERRORS[code].status))].sort((one, other) => one - other);
  return statuses
    .map((status) => {
      const sections = codes
        .filter((code) => ERRORS[code].status === status)
        .map((code) => `### ${code}\n\n${ERRORS[code].sentence} *${ERROR_ADVICE[code]}*`);
      return [`## Status ${status}`, ...sections].join("\n\n");
    })
    .join("\n\n");
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}

function yes(is: boolean): string {
  return is ? "yes" : "no";
}

function lettersOf(form: keyof typeof FORMS): number {
  return FORMS[form].randomLetters + FORMS[form].checksumLetters;
}

/** Seconds in the largest unit that divides them. */
function duration(seconds: number): string {
  const units: [number, string][] = [
    [365 * 86_400, "year"],
    [86_400, "day"],
    [3600, "hour"],
    [60, "minute"],
    [1, "second"],
  ];
  const [size, name] = units.find(([size]) => seconds % size === 0 && seconds >= size) ?? [1, "second"];
  const many = seconds / size;
  return `${count(many)} ${name}${many === 1 ? "" : "s"}`;
}

/** `a minute`, `in 2 hours`. */
function each(seconds: number): string {
  const [many, unit] = duration(seconds).split(" ");
  return many === "1" ? `${unit === "hour" ? "an" : "a"} ${unit}` : `in ${many} ${unit}`;
}

function count(number: number): string {
  return new Intl.NumberFormat("en").format(number);
}
