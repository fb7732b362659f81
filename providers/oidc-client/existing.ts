import { ADOPTION_HINT } from "../adoption";
import type { CheckContext } from "../handler";
import { lookAhead } from "../look-ahead";
import type { OidcClientObject, PocketId } from "../pocket-id";
import type { Inputs } from "./inputs";

/** The ID that a client without a chosen one has or will have, as far as that can be told now. */
export async function defaultId(
  known: Partial<Inputs>,
  { creating, olds, unknown, open }: CheckContext<PocketId>,
) {
  if (unknown.includes("clientId") || unknown.includes("defaultClientId")) return undefined;
  if (!creating) return olds["clientId"] as string | undefined;
  if (known.adopt === "never") return known.defaultClientId;
  const adoptable = await lookAhead(() => findAdoptable(known, open()));
  return adoptable?.id ?? known.defaultClientId;
}

/** A client that is there already: by ID when one is chosen, else one to adopt. */
export async function find(news: Inputs, pocketId: PocketId): Promise<OidcClientObject | undefined> {
  if (news.clientId !== undefined) return findById(news.clientId, pocketId);
  // Names of clients are not unique: without adoption another one of this name is no concern of ours.
  return news.adopt === "never" ? undefined : findAdoptable(news, pocketId);
}

/** The client of our name that has one of our callbacks, or of our default ID; several are an error that lists them. */
async function findAdoptable(
  { name, callbackUrls = [], defaultClientId }: Partial<Inputs>,
  pocketId: PocketId,
): Promise<OidcClientObject | undefined> {
  const hasOurCallback = ({ callbackURLs }: OidcClientObject) =>
    callbackUrls.length === 0 || (callbackURLs ?? []).some((url) => callbackUrls.includes(url));
  const matches = (await pocketId.listClients()).filter(
    (client) => client.id === defaultClientId || (client.name === name && hasOurCallback(client)),
  );
  if (matches.length <= 1) return matches[0];
  const list = matches.map((client) => `${client.id} ('${client.name}')`).join(", ");
  throw new Error(
    `several OIDC clients could be adopted as '${name ?? ""}': ${list}. Say which with clientId`,
  );
}

export async function findById(clientId: string, pocketId: PocketId): Promise<OidcClientObject | undefined> {
  return (await pocketId.listClients()).find(({ id }) => id === clientId);
}

/** What to say when a client is in the way. */
export const taken = ({ id, name }: { id: string; name?: string }) =>
  `an OIDC client with the ID '${id}' exists already in Pocket ID${name === undefined ? "" : ` ('${name}')`}: ${ADOPTION_HINT}`;

const ours = new Set<string>();

/** True for a client in state: replacing one is checked a second time as if it were new. */
export function isOurs(clientId: string, { creating, olds }: CheckContext<PocketId>): boolean {
  if (!creating && typeof olds["clientId"] === "string") ours.add(olds["clientId"]);
  return !creating || ours.has(clientId);
}
