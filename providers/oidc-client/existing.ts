import type { InputsOf } from "../core/declare";
import type { CheckContext } from "../core/handler";
import { lookAhead } from "../core/look-ahead";
import type { OidcClientObject, OidcClientWithGroups, PocketId } from "../pocket-id";
import type { oidcClient } from "./declaration";

type Inputs = InputsOf<typeof oidcClient>;

/** The ID that a client without a chosen one has or will have, as far as that can be told now. */
export async function defaultId(
  known: Partial<Inputs>,
  { creating, olds, unknown, open }: CheckContext<PocketId>,
) {
  if (unknown.includes("clientId") || unknown.includes("defaultClientId")) return undefined;
  if (!creating) return olds["clientId"] as string | undefined;
  if (known.adopt === "never") return known.defaultClientId;
  const looked = await lookAhead(() => findAdoptable(known, open()));
  return looked?.answer?.id ?? known.defaultClientId;
}

/** A client that is there already: by ID when one is chosen, else one to adopt. */
export async function find(
  news: Partial<Inputs>,
  pocketId: PocketId,
): Promise<OidcClientWithGroups | undefined> {
  const { clientId, adopt } = news;
  // Names of clients are not unique: without adoption another one of this name is no concern of ours.
  if (clientId === undefined && adopt === "never") return undefined;
  const clients = await pocketId.listClients();
  const found =
    clientId === undefined ? await findAdoptable(news, pocketId) : clients.find(({ id }) => id === clientId);
  return found === undefined ? undefined : pocketId.findClient(found.id);
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
