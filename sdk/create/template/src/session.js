import { createHash, randomBytes } from "node:crypto";

const NAME = "my_app_session";

/**
 * Stands in for your own sign-in: every browser is a user of its own, known by a random cookie. The id is the cookie's hash,
 * so that what is stored is not what a browser would have to present.
 */
export function userOf(request, response) {
  const cookies = (request.headers.cookie ?? "").split(/; */);
  const known = cookies.find((cookie) => cookie.startsWith(`${NAME}=`))?.slice(NAME.length + 1);
  const session = known || randomBytes(32).toString("base64url");
  // Lax, not Strict: the user comes back from another site and has to be known then. Add Secure where you have HTTPS.
  if (!known)
    response.setHeader("set-cookie", `${NAME}=${session}; Path=/; HttpOnly; SameSite=Lax; Max-Age=7776000`);
  return createHash("sha256").update(session).digest("base64url");
}
