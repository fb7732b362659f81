import { AuthenticationError, ForbiddenError, NotFoundError, PocketIdError } from "./errors";
import * as objects from "./objects";
import { tooNew, tooOld } from "./server-version";
import type { Transport } from "./transport";

/**
 * Asks who we are and what the server is, before anything else is asked.
 *
 * @returns the server's version, for instance "2.9.0".
 * @throws PocketIdError when the key is wrong or no admin's, or the server too old.
 */
export async function firstContact(
  transport: Transport,
  url: string,
  notice: (line: string) => void,
): Promise<string> {
  const whoami = () => transport.request("GET", "/users/me", objects.user);
  // Several first uses of a fresh static key in parallel may be answered 401, even from another process: ask again once.
  const me = await whoami().catch((error: unknown) => {
    if (error instanceof AuthenticationError) return whoami();
    throw error;
  });
  if (!me.isAdmin) {
    const problem = `the API key belongs to '${me.username}', who is not an admin: make the key as an admin`;
    throw new ForbiddenError({ method: "GET", url: `${url}/api/users/me` }, problem);
  }
  // The path came with 2.3: a server that knows the caller, and not this, is older.
  const version = await transport.request("GET", "/version/current", objects.version).then(
    ({ currentVersion }) => currentVersion,
    (error: unknown) => {
      if (error instanceof NotFoundError) return "2.2";
      throw error;
    },
  );
  const problem = tooOld(version);
  if (problem !== undefined) {
    throw new PocketIdError({ method: "GET", url: `${url}/api/version/current` }, problem);
  }
  const warning = tooNew(version);
  if (warning !== undefined) notice(warning);
  return version;
}
