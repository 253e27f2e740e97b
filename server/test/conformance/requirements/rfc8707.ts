import { requirementsOf } from "./requirement.ts";

/** RFC 8707, Resource Indicators for OAuth 2.0. */
export const rfc8707 = requirementsOf(8707, [
  {
    at: "2-1",
    level: "MUST",
    requirement: "A resource is an absolute URI.",
    provenBy: ["target/malformed"],
  },
  {
    at: "2-2",
    level: "MUST NOT",
    requirement: "A resource has no fragment.",
    provenBy: ["target/malformed"],
  },
  {
    at: "2-3",
    level: "SHOULD NOT",
    requirement: "A resource has no query.",
    provenBy: ["target/malformed", "protected-resource/identifier"],
  },
  {
    at: "2-4",
    level: "SHOULD",
    requirement: "A resource that cannot be parsed or is not served is invalid_target.",
    provenBy: ["target/malformed", "target/unknown"],
  },
  {
    at: "2-5",
    level: "SHOULD",
    requirement: "Tokens are restricted to the resources that were named.",
    provenBy: ["target/audience"],
  },
  {
    at: "2.2-1",
    level: "SHOULD",
    requirement: "The exchange can name one of the authorized resources, and no other.",
    provenBy: ["target/within-authorization"],
  },
  {
    at: "2.2-2",
    level: "SHOULD",
    requirement: "A refresh can name one of the authorized resources, and no other.",
    provenBy: ["target/refresh"],
  },
]);
