import { TLS_ENDS_BEFORE_US } from "./reasons.ts";
import { requirementsOf } from "./requirement.ts";

/** RFC 8628, OAuth 2.0 Device Authorization Grant. */
export const rfc8628 = requirementsOf(8628, [
  {
    at: "3.1-1",
    level: "MUST",
    requirement: "An app with a secret authenticates here as at the token endpoint.",
    provenBy: ["device/authentication"],
  },
  {
    at: "3.1-2",
    level: "REQUIRED",
    requirement: "An app without a secret names itself by its client_id.",
    provenBy: ["device/authentication"],
  },
  {
    at: "3.1-3",
    level: "MUST",
    requirement: "The device talks over TLS.",
    notApplicable: TLS_ENDS_BEFORE_US,
  },
  {
    at: "3.1-4",
    level: "MUST",
    requirement: "A parameter without a value is treated as if it were not there.",
    provenBy: ["device/parameters"],
  },
  {
    at: "3.1-5",
    level: "MUST",
    requirement: "Unknown parameters are ignored.",
    provenBy: ["device/parameters"],
  },
  {
    at: "3.1-6",
    level: "MUST NOT",
    requirement: "No parameter stands twice.",
    note: "Except resource, of which RFC 8707 §2 allows several.",
    provenBy: ["device/parameters"],
  },
  {
    at: "3.2-1",
    level: "REQUIRED",
    requirement: "The answer is JSON with device_code, user_code, verification_uri and expires_in.",
    provenBy: ["device/answer"],
  },
  {
    at: "3.2-2",
    level: "SHOULD",
    requirement: "The address to type is short.",
    provenBy: ["device/answer"],
  },
  {
    at: "3.2-3",
    level: "SHOULD",
    requirement: "Errors look like those of the token endpoint.",
    provenBy: ["device/authentication", "device/scopes"],
  },
  {
    at: "3.3-1",
    level: "SHOULD",
    requirement:
      "The person is told what they are about to do, approves or denies, and is sent back to the device.",
    provenBy: ["device/same-consent"],
  },
  {
    at: "3.3-2",
    level: "NOT RECOMMENDED",
    requirement: "The code is no part of the address that is typed.",
    provenBy: ["device/answer"],
  },
  {
    at: "3.3.1-1",
    level: "SHOULD",
    requirement:
      "Who comes with the code in the address is shown it, and asked whether it is the one on the device.",
    note: "Shown by server/test/browser/device.browser.ts; here, that the code in the address does nothing by itself.",
    provenBy: ["device/address-does-nothing"],
  },
  {
    at: "3.4-1",
    level: "REQUIRED",
    requirement: "A poll has grant_type, device_code, and client_id unless the app authenticates otherwise.",
    provenBy: ["device/poll-parameters"],
  },
  {
    at: "3.4-2",
    level: "MUST",
    requirement: "An app with a secret authenticates when it polls.",
    provenBy: ["device/poll-authentication"],
  },
  {
    at: "3.5-1",
    level: "MUST",
    requirement: "Once the person has approved, the answer is the one of RFC 6749 §5.1.",
    provenBy: ["device/whole-flow"],
  },
  {
    at: "3.5-2",
    level: "MUST",
    requirement: "Until the person has decided, the answer is authorization_pending.",
    provenBy: ["device/pending"],
  },
  {
    at: "3.5-3",
    level: "MUST",
    requirement: "A device that polls too often is told slow_down, and its interval grows by 5 seconds.",
    provenBy: ["device/slow-down"],
  },
  {
    at: "3.5-4",
    level: "MUST",
    requirement: "A person's no is answered with access_denied.",
    provenBy: ["device/denied"],
  },
  {
    at: "3.5-5",
    level: "MUST",
    requirement: "A code that nobody brought in time is answered with expired_token.",
    provenBy: ["device/expired"],
  },
  {
    at: "4-1",
    level: "REQUIRED",
    requirement: "The metadata names the endpoint and the grant type.",
    provenBy: ["metadata/addresses", "metadata/capabilities"],
  },
  {
    at: "5.1-1",
    level: "SHOULD",
    requirement: "Attempts at user codes are limited.",
    provenBy: ["device/guesses-limited"],
  },
  {
    at: "5.1-2",
    level: "SHOULD",
    requirement: "A user code has so much entropy that trying is hopeless within the limits.",
    provenBy: ["device/user-code"],
  },
  {
    at: "5.2-1",
    level: "SHOULD",
    requirement: "A device code cannot be guessed.",
    provenBy: ["device/answer"],
  },
  {
    at: "5.4-1",
    level: "RECOMMENDED",
    requirement: "The person is told that they let in a device, and confirms that they have it.",
    note: "The words are looked at in server/test/browser/device.browser.ts; here, that the page knows.",
    provenBy: ["device/same-consent"],
  },
  {
    at: "5.4-2",
    level: "SHOULD",
    requirement: "What is known about the device is shown, so that one program cannot pass for another.",
    provenBy: ["device/same-consent"],
  },
  {
    at: "5.6-1",
    level: "SHOULD NOT",
    requirement: "An app without a secret is not taken for who it says it is.",
    provenBy: ["device/same-consent", "device/who-may"],
  },
  {
    at: "6.1-1",
    level: "RECOMMENDED",
    requirement: "User codes hold letters that are hard to confuse; case and punctuation do not matter.",
    provenBy: ["device/user-code", "device/typed-anyhow"],
  },
]);
