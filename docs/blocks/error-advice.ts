import type { ErrorCode } from "@parlance/contract/errors";

/** What whoever wrote the calling program does about an error, for the guide of errors. */
export const ERROR_ADVICE: Readonly<Record<ErrorCode, string>> = {
  invalid_request:
    "Read `error_description` and `errors`: they name the field. The same request fails again.",
  invalid_grant:
    "At a code: begin again with a new authorization. At a refresh: mark the connection as ended and show Reconnect; only this code means that.",
  invalid_scope: "Ask for scopes of the table only, and for none that your app's ceiling lacks.",
  invalid_target: "Send as `resource` what was authorized, or leave it out.",
  unsupported_response_type: "Send `response_type=code`.",
  unsupported_grant_type: "Look at `grant_types_supported` in the metadata.",
  unauthorized_client: "Register the app for what it does, or use another way in.",
  access_denied: "The user pressed Cancel: show your start page, and do not ask again by yourself.",
  authorization_pending: "Poll again after the interval; the user has not decided yet.",
  slow_down: "Poll again, and from now on 5 seconds less often.",
  expired_token: "Ask for new codes, when the user wants to try again.",
  login_required: "Leave out `prompt=none`, so that the user can sign in.",
  consent_required: "Leave out `prompt=none`, so that the user can be asked.",
  invalid_redirect_uri: "Register HTTPS addresses, or `http` on loopback; no fragment and no wildcard.",
  invalid_client_metadata: "Read `error_description`: it names the field.",
  invalid_client:
    "Check client id and secret. Never end connections because of it: it says nothing about them.",
  invalid_token:
    "Renew it once, by a new mint or refresh, and call again. If that fails too, an access token was sent where an installation token belongs, or the other way round.",
  sign_in_required: "This is for signed-in people: programs send a token instead.",
  insufficient_scope: "Ask the user for the scope.",
  missing_scope:
    "With `mint_again`, mint a new installation token and call again. Else ask the user for the scope in `required`.",
  wrong_organization: "Use the token of the connection to that organization.",
  project_limited: "Ask for all projects, or let somebody create the project in the dashboard.",
  forbidden: "Somebody with another role has to do it.",
  wrong_browser: "Begin again in the browser that is to end up connected.",
  wrong_account: "Sign in as whom the link was made for.",
  email_not_verified: "Open the link in the mail first.",
  grant_not_found: "Mint with an access token of the same connection: a family renews its own grants only.",
  not_found: "Check the id; what is outside of the grant is answered like what does not exist.",
  method_not_allowed: "Look at the `Allow` header.",
  conflict: "Read `errors`: it holds what is there now. Read again, decide, and send again.",
  already_decided: "Begin again from the app.",
  grant_revoked: "Mark the connection as ended, stop calling, and show Reconnect.",
  request_expired: "Begin again from the app.",
  app_disabled: "Its owner or the operator switched it off.",
  gone: "What was pointed at is over; read the present state.",
  payload_too_large: "Send less at once: up to 1,000 items in a call, larger files as an import.",
  unsupported_media_type: "Send `Content-Type: application/json`, or a form at the token endpoint.",
  rate_limited: "Wait as long as `Retry-After` says, then send the same again.",
  server_error:
    "Try again with backoff, and with the same idempotency key. Tell the operator the `request_id`.",
  temporarily_unavailable: "Wait as long as `Retry-After` says, then send the same again.",
  insufficient_storage: "Reads go on. Tell the operator; try again later.",
};
