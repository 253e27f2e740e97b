import { NO_ID_TOKEN } from "./reasons.ts";
import { requirementsOf } from "./requirement.ts";

/** RFC 9207, Authorization Server Issuer Identification. */
export const rfc9207 = requirementsOf(9207, [
  {
    at: "2-1",
    level: "MUST",
    requirement: "Every authorization answer carries iss, errors included.",
    provenBy: ["iss/with-code", "iss/with-error"],
  },
  {
    at: "2-2",
    level: "MUST",
    requirement: "iss is the issuer identifier, an https URL without query and fragment.",
    note: "http on loopback in development only.",
    provenBy: ["iss/with-code", "metadata/issuer", "settings/https-required"],
  },
  {
    at: "2.3-1",
    level: "MUST",
    requirement: "Clients can learn the issuer identifier.",
    provenBy: ["metadata/issuer"],
  },
  {
    at: "2.3-2",
    level: "MUST",
    requirement: "iss is identical to issuer in the metadata.",
    provenBy: ["iss/with-code", "iss/with-error"],
  },
  {
    at: "2.3-3",
    level: "MUST",
    requirement: "The metadata says that iss is sent.",
    provenBy: ["iss/advertised"],
  },
  {
    at: "2.4-1",
    level: "MUST",
    requirement: "iss equals the iss of an ID token in the same answer.",
    notApplicable: NO_ID_TOKEN,
  },
]);
