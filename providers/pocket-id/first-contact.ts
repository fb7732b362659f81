import { AuthenticationError, ForbiddenError, NotFoundError, PocketIdError } from "./errors";
import * as objects from "./objects";
import { tooNew, tooOld } from "./server-version";
import type { Transport } from "./transport";

/**
 * Asks for the key's owner and the server's version, before any other request.
 *
 * @returns the server's version, for instance "2.9.0".
 * @throws PocketIdError if the key is wrong or not an admin's, or the server is too old.
 */
export async function firstContact(
  transport: Transport,
  url: string,
  notice: (line: string) => void,
): Promise<string> {
  const whoami = () => transport.request("GET", "/users/me", objects.user);
  // Parallel first uses of a new static key may return 401, even from another process: ask once more.
  const me = await whoami().catch((error: unknown) => {
    if (error instanceof AuthenticationError) return whoami();
    throw error;
  });
  if (!me.isAdmin) {
    const problem = `the API key belongs to '${me.username}', who is not an admin: make the key as an admin`;
    throw new ForbiddenError({ method: "GET", url: `${url}/api/users/me` }, problem);
  }
  // The path exists since 2.3: a server that has the caller but not this path is older.
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
