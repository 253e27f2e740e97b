import { redirectOf, type Visit } from "../browser.ts";
import type { Patient } from "../patient.ts";
import type { Check } from "./check.ts";

/** Referrer policies that never tell another site the query of an address, nor a page's own parts the code in it. */
const CLOSED_REFERRER = /^(no-referrer|origin|strict-origin)$/i;

/** Where credentials must not be (RFC 9700 §4.2, RFC 6750 §5.3). `output` is what the app has printed. */
export function leakChecks(output: () => string): readonly Check[] {
  return [
    {
      id: "leaks",
      title: "shows no credential to browsers, addresses and logs",
      guide: "security-checklist",
      async run(patient) {
        const places = [
          ...patient.transcript.flatMap(placesOf),
          ...patient.server.addresses.map(
            (address) => ["an address that it asked the server for", address] as const,
          ),
          ["what it prints", output()] as const,
        ];
        const found = places.flatMap(([where, text]) =>
          [...patient.server.grants.secrets]
            .filter(([secret]) => text.includes(secret) || text.includes(encodeURIComponent(secret)))
            .map(([, kind]) => `${kind.charAt(0).toUpperCase()}${kind.slice(1)} stands in ${where}.`),
        );
        return [...new Set(found)];
      },
    },
    {
      id: "referrer",
      title: "leaves the address of the callback, with its code, at once",
      guide: "security-checklist",
      async run(patient) {
        const pages = callbacks(patient).filter((visit) => redirectOf(visit) === undefined);
        const open = pages.filter((page) => page.status < 400 && !CLOSED_REFERRER.test(policyOf(page)));
        return open.length > 0
          ? [
              "The callback answers with a page: redirect to another address, or send Referrer-Policy: no-referrer.",
            ]
          : [];
      },
    },
  ];
}

function placesOf({ url, body, headers }: Visit): (readonly [string, string])[] {
  const path = new URL(url).pathname;
  return [
    [`the page ${path}`, body],
    [`where ${path} redirects to`, headers.get("location") ?? ""],
    [`a cookie of ${path}`, headers.getSetCookie().join("\n")],
  ];
}

function callbacks({ transcript }: Patient): Visit[] {
  return transcript.filter(({ url }) => new URL(url).searchParams.has("code"));
}

function policyOf({ headers, body }: Visit): string {
  const meta = /<meta\s+name="referrer"\s+content="([^"]+)"/i.exec(body)?.[1];
  return meta ?? headers.get("referrer-policy") ?? "";
}
