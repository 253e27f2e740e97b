import { targetsOf, type Visit } from "../browser.ts";
import { CannotTell, type Connected, type Patient } from "../patient.ts";
import { refusal } from "../server/answers.ts";
import { type Check, faults } from "./check.ts";

const MOST_TRIES = 4;

/** What an app does when the server says no: for good (410, `invalid_grant`), or to this one thing (403). */
export const REFUSAL_CHECKS: readonly Check[] = [
  {
    id: "revoked",
    title: "takes 410 grant_revoked for the end, and offers to reconnect",
    guide: "revocation",
    run: (patient) => ended(patient, "410 grant_revoked", () => undefined),
  },
  {
    id: "invalid-grant",
    title: "takes invalid_grant for the end, and offers to reconnect",
    guide: "revocation",
    run: (patient) =>
      // Tokens that have ended are answered 401, so that the refresh is the first to say that all is over.
      ended(patient, "invalid_grant", ({ grant }) => patient.server.grants.expire(grant)),
  },
  {
    id: "missing-scope",
    title: "takes 403 missing_scope for a no to this call, and keeps the connection",
    guide: "scopes",
    async run(patient) {
      const connected = await patient.connectAndLook();
      const body = { required: "projects:read", mint_again: false };
      const { visit, deeds } = await patient.lookWith(connected, (kind) =>
        kind === "resource" ? refusal(403, "missing_scope", body) : undefined,
      );
      const later = await patient.look(connected);
      const tries = deeds.filter(({ kind }) => kind === "resource").length;
      const names = visit.body.includes("projects:read") || offersConnect(patient, visit);
      return faults(
        [
          visit.status >= 500,
          `A call that was answered 403 missing_scope ends in a page with ${visit.status}.`,
        ],
        [tries > MOST_TRIES, `A call that was answered 403 was sent ${tries} times.`],
        [
          visit.status < 500 && !names,
          "The page neither names the scope that is missing nor leads to Connect.",
        ],
        [!later.served, "After one 403 missing_scope the connection is not used any more."],
      );
    },
  },
  {
    id: "mint-again",
    title: "mints again when the user has allowed more meanwhile (mint_again)",
    guide: "scopes",
    async run(patient) {
      const connected = await patient.connectAndLook();
      const old = new Set(connected.grant.installationTokens);
      const body = { required: "projects:read", mint_again: true };
      const { served } = await patient.lookWith(connected, (kind, _, presented) =>
        kind === "resource" && old.has(presented) ? refusal(403, "missing_scope", body) : undefined,
      );
      return faults([!served, "403 missing_scope with mint_again: true is not answered with a new token."]);
    },
  },
];

async function ended(
  patient: Patient,
  words: string,
  prepare: (connected: Connected) => void,
): Promise<string[]> {
  const connected = await patient.connectAndLook();
  connected.grant.revoked = true;
  prepare(connected);
  const { visit } = await patient.look(connected);
  const later = await patient.look(connected);
  const offers = [visit, later.visit].some((page) => offersConnect(patient, page));
  const found = faults(
    [visit.status >= 500, `After ${words} the page answers ${visit.status}.`],
    [later.deeds.length > 0, `After ${words} the next look still sent ${later.deeds[0]?.request}.`],
    [
      !offers,
      `After ${words} no page leads to ${new URL(patient.options.connect.url).pathname}, to reconnect.`,
    ],
  );
  return found.length > 0 ? found : reconnected(patient, connected);
}

/** The same user connects again, in the same organization. */
async function reconnected(patient: Patient, { browser }: Connected): Promise<string[]> {
  try {
    const { served } = await patient.look(await patient.connect(browser));
    return faults([!served, "After connecting again the page still calls nothing."]);
  } catch (error) {
    if (!(error instanceof CannotTell)) throw error;
    return [`Connecting again does not work. ${error.message}`];
  }
}

function offersConnect({ options }: Patient, page: Visit): boolean {
  const { origin, pathname } = new URL(options.connect.url);
  return targetsOf(page).some((target) => {
    const url = new URL(target);
    return url.origin === origin && url.pathname === pathname;
  });
}
