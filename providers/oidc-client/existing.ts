import type { InputsOf } from "../core/declare";
import type { CheckContext } from "../core/handler";
import { isInState, lookAhead, notice } from "../core/preview";
import type { OidcClientObject, PocketId } from "../pocket-id";
import { acceptsCallback } from "./callback-url";
import { oidcClient } from "./declaration";

type Inputs = InputsOf<typeof oidcClient>;

/** The ID that a client without a chosen one has or will get, if that is known yet. */
export async function defaultId(
  known: Partial<Inputs>,
  { creating, olds, unknown, open }: CheckContext<PocketId>,
) {
  if (unknown.includes("clientId") || unknown.includes("defaultClientId")) return undefined;
  if (!creating) return olds["clientId"] as string | undefined;
  if (unknown.includes("name") || unknown.includes("callbackUrls")) return known.defaultClientId;
  const looked = await lookAhead(() => findAdoptable(known, open()));
  return looked?.answer?.id ?? known.defaultClientId;
}

/** The one of `otherNames` that the client has; undefined if it gets our name. */
export async function keptName(
  { clientId, adopt, otherNames = [] }: Partial<Inputs>,
  { creating, olds, open }: CheckContext<PocketId>,
): Promise<string | undefined> {
  if (otherNames.length === 0 || clientId === undefined) return undefined;
  const stored = async () => (await open().listClients()).find(({ id }) => id === clientId)?.name;
  // Only another's client has such a name: it isn't reclaimed.
  const adopts = adopt === "ifExists" || adopt === "must";
  const looked = creating && adopts ? await lookAhead(stored) : undefined;
  const name = creating ? looked?.answer : (olds["name"] as string | undefined);
  return otherNames.find((other) => other === name);
}

/** A client that is there already: by ID when one is chosen, else one to adopt. */
export async function find(news: Partial<Inputs>, pocketId: PocketId) {
  const { clientId, adopt } = news;
  // Names of clients are not unique; the preview has looked for one that may be ours.
  if (clientId === undefined && adopt === "never") return undefined;
  const clients = await pocketId.listClients();
  const found =
    clientId === undefined ? await findAdoptable(news, pocketId) : clients.find(({ id }) => id === clientId);
  return found === undefined ? undefined : pocketId.findClient(found.id);
}

/**
 * The client to adopt: of our default ID, or of our name and open to one of our callback URLs. One that isn't adopted, or
 * may be ours, is reported: a second client is never created silently.
 */
async function findAdoptable(known: Partial<Inputs>, pocketId: PocketId) {
  const { adopt, name = "", callbackUrls = [], defaultClientId } = known;
  const [clients, version] = await Promise.all([pocketId.listClients(), pocketId.version()]);
  const adopts = adopt !== "never";
  const hasOurCallback = (client: OidcClientObject) =>
    callbackUrls.length === 0 ? adopts : serves(client, callbackUrls, version);
  const isOurs = (client: OidcClientObject) =>
    client.id === defaultClientId || (client.name === name && hasOurCallback(client));
  const matches = clients.filter(
    (client) => isOurs(client) && (adopts || !isInState(oidcClient.type, client.id)),
  );
  if (matches.length === 1 && (adopts || matches[0]?.id === defaultClientId)) return matches[0];
  if (matches.length > 0) throw new Error(adopts ? ambiguity(name, matches) : secondClient(matches));
  const similar = clients.filter(
    (client) => !isInState(oidcClient.type, client.id) && isSimilar(client, name, callbackUrls, version),
  );
  if (similar.length === 0) return undefined;
  if (adopts) throw new Error(secondClient(similar));
  notice(`warning: ${secondClient(similar)}`);
  return undefined;
}

const ambiguity = (name: string, clients: readonly OidcClientObject[]) =>
  `several OIDC clients could be adopted as '${name}': ${listOf(clients)}. Choose one with clientId (webClientId in the ` +
  "stack of an oCIS)";

const serves = ({ callbackURLs }: OidcClientObject, urls: readonly string[], version: string) =>
  urls.some((url) => acceptsCallback(callbackURLs ?? [], url, version));

/** Of our name and without callback URLs; or of another name, and for all of our pages but not for any host. */
function isSimilar(client: OidcClientObject, name: string, urls: readonly string[], version: string) {
  const stored = client.callbackURLs ?? [];
  if (client.name === name) return urls.length > 0 && stored.length === 0;
  const isPage = urls.length > 0 && urls.every((url) => /^https:\/\/[^/*]+\//.test(url));
  const elsewhere = urls.map((url) => url.replace(/^https:\/\/[^/]*/, "https://elsewhere.invalid"));
  const isForAll = urls.every((url) => acceptsCallback(stored, url, version));
  return isPage && isForAll && !serves(client, elsewhere, version);
}

const secondClient = (clients: readonly OidcClientObject[]): string =>
  `Pocket ID has a client that may already be this one: ${listOf(clients)}. To take it over, set adopt: "ifExists" and ` +
  `clientId: "${clients[0]?.id ?? ""}" (\`pulumi config set adopt ifExists\` and \`pulumi config set webClientId ` +
  `${clients[0]?.id ?? ""}\`); to make a second one, choose its clientId`;

function listOf(clients: readonly OidcClientObject[]): string {
  const urlsOf = (urls: readonly string[]) => (urls.length === 0 ? "without callback URLs" : urls.join(" "));
  return clients
    .map(({ id, name, callbackURLs }) => `${id} ('${name}', ${urlsOf(callbackURLs ?? [])})`)
    .join(", ");
}
