import type { Connected, Patient } from "../patient.ts";
import type { Answer } from "../server/answers.ts";
import type { Deed } from "../server/server.ts";
import { type Check, faults } from "./check.ts";

const PARALLEL = 5;
const ROUNDS = 3;

/** How an app keeps a connection alive: rotation, lost answers, and no more requests than it needs. */
export const TOKEN_CHECKS: readonly Check[] = [
  {
    id: "call",
    title: "calls the API with an installation token",
    guide: "installation-tokens",
    async run(patient) {
      const connected = await patient.connect();
      const { served, deeds, visit } = await patient.look(connected);
      const wrong = patient.server.deeds.find(({ grant, fault }) => grant === connected.grant.id && fault);
      const called = deeds.filter(({ kind }) => kind === "resource");
      if (wrong?.fault) return [`${sentence(wrong.fault)} (${wrong.request}).`];
      if (served) return [];
      const unknown = called.find(({ status }) => status === 404);
      return [
        unknown
          ? `The page calls ${unknown.request}, which the doctor does not play: name one with --call that lists projects.`
          : `GET ${connected.page} answers ${visit.status}, and made ${called.length} calls. Name a page that calls with --call.`,
      ];
    },
  },
  {
    id: "cache",
    title: "keeps installation tokens while they are good",
    guide: "installation-tokens",
    async run(patient) {
      const connected = await patient.connectAndLook();
      const views = [
        await patient.look(connected),
        await patient.look(connected),
        await patient.look(connected),
      ];
      const deeds = views.flatMap(({ deeds }) => deeds);
      const [mints, refreshes] = [count(deeds, "mint"), count(deeds, "refresh")];
      return faults(
        [
          mints > 0,
          `Three more looks at ${connected.page} minted ${mints} times: a token is good for an hour.`,
        ],
        [
          refreshes > 0,
          `Three more looks refreshed ${refreshes} times: an access token is good for 30 minutes.`,
        ],
      );
    },
  },
  {
    id: "rotation",
    title: "stores each new refresh token, and uses the newest",
    guide: "tokens",
    async run(patient) {
      const connected = await patient.connectAndLook();
      const found: string[] = [];
      for (let round = 1; round <= ROUNDS && found.length === 0; round++) {
        patient.server.grants.expire(connected.grant);
        const { served, deeds, visit } = await patient.look(connected);
        const stale = deeds.find(({ kind, fault }) => kind === "refresh" && fault);
        if (stale?.fault) found.push(`In refresh ${round}, ${stale.fault}.`);
        else if (count(deeds, "refresh") === 0) found.push("A token that ended (401) is not refreshed.");
        else if (!served)
          found.push(`After refresh ${round} the page answers ${visit.status} and calls nothing.`);
      }
      return found;
    },
  },
  {
    id: "parallel",
    title: "refreshes once for all who wait",
    guide: "tokens",
    async run(patient) {
      const connected = await patient.connectAndLook();
      patient.server.grants.expire(connected.grant);
      const from = patient.server.deeds.length;
      const views = await Promise.all(Array.from({ length: PARALLEL }, () => patient.look(connected)));
      const deeds = patient.server.deeds.slice(from).filter(({ grant }) => grant === connected.grant.id);
      const refreshes = count(deeds, "refresh");
      return faults(
        [refreshes > 1, `${PARALLEL} looks at once refreshed ${refreshes} times.`],
        [views.some(({ visit }) => visit.status >= 500), "One of several looks at once failed."],
      );
    },
  },
  {
    id: "lost-response",
    title: "keeps the connection when the answer of a refresh is lost, or the server is unwell",
    guide: "tokens",
    async run(patient) {
      const lost = await afterTrouble(patient, { status: 200, lost: true });
      const unwell = await afterTrouble(patient, {
        status: 503,
        body: { error: "temporarily_unavailable", error_description: "The doctor is busy." },
      });
      return faults(
        [!lost, "After the answer of a refresh was lost, the connection is not used any more."],
        [!unwell, "After a refresh was answered 503, the connection is not used any more."],
      );
    },
  },
];

/** Whether the page works again after refreshes that came to nothing. */
async function afterTrouble(patient: Patient, answer: Answer): Promise<boolean> {
  const connected: Connected = await patient.connectAndLook();
  patient.server.grants.expire(connected.grant);
  let isOver = false;
  await patient.lookWith(connected, (kind) => {
    if (kind !== "refresh" || isOver) return undefined;
    isOver = true;
    return answer;
  });
  return (await patient.look(connected)).served;
}

function count(deeds: readonly Deed[], kind: Deed["kind"]): number {
  return deeds.filter((deed) => deed.kind === kind).length;
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
