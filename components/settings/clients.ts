import { callbackProblem } from "@ocis-pocket-id/providers/callback-url";
import { type Problem, problemOf } from "./problem";
import { type NativeClientKey, OCIS, type Product } from "./products";

/** Callback URLs beside the built-in ones. */
export type NativeCallbackUrls = Readonly<Partial<Record<NativeClientKey, readonly string[]>>>;

/** What is wrong with callback URLs beside the built-in ones; an empty list when nothing is. */
export function nativeCallbackProblems(urls: NativeCallbackUrls, owner = "own"): Problem[] {
  const field = "nativeCallbackUrls";
  const given = Object.entries(urls);
  if (given.length > 0 && owner !== "own" && owner !== "share") {
    const message = `has no effect with nativeClients '${owner}': set it in the stack that owns the clients`;
    return [{ field, message }];
  }
  return given.flatMap(([app, list]) => {
    if (!OCIS.nativeClients.some(({ key }) => key === app))
      return [{ field: `${field}.${app}`, message: `'${app}' isn't an app: write desktop, ios or android` }];
    return list.flatMap((url, index) => problemOf(`${field}.${app}.${index}`, callbackProblem(url)));
  });
}

/** The OIDC client of the web page, as Pocket ID is told. */
export interface WebClient {
  name: string;
  callbackUrls: string[];
  logoutCallbackUrls: string[];
}

/**
 * The client of the browser: the guide's name and callback URLs, and the URL that logging out returns to (without which
 * Pocket ID leaves people on a page of its own).
 *
 * @param ocisUrl `https://ocis.company.com`, without a final slash
 */
export function webClient(ocisUrl: string, product = OCIS): WebClient {
  return {
    name: product.webClientName,
    callbackUrls: [`${ocisUrl}/`, `${ocisUrl}/oidc-callback.html`, `${ocisUrl}/oidc-silent-redirect.html`],
    logoutCallbackUrls: [`${ocisUrl}/`],
  };
}

/**
 * The web client's ID unless the program chooses one: oCIS's host, so that a preview knows it before Pocket ID does.
 *
 * @example defaultClientId("ocis.company.com:9200") // "ocis.company.com-9200"
 */
export function defaultClientId(ocisHost: string): string {
  return ocisHost.replace(":", "-");
}

/**
 * What is wrong with a client ID; an empty list when nothing is.
 *
 * @see facts of Pocket ID's API: `^[a-zA-Z0-9._-]+$`, 2 to 128 characters; never changeable
 */
export function clientIdProblems(clientId: string, product = OCIS): Problem[] {
  return problemOf("webClientId", clientIdProblem(clientId, product));
}

function clientIdProblem(clientId: string, { nativeClients }: Product): string | undefined {
  if (clientId.length < 2 || clientId.length > 128) {
    return `'${clientId}' has ${clientId.length} characters: write 2 to 128`;
  }
  if (!/^[a-zA-Z0-9._-]+$/.test(clientId)) {
    return `'${clientId}' has characters that Pocket ID refuses: write letters, digits, '.', '_' and '-' only`;
  }
  const app = nativeClients.find((native) => native.clientId === clientId);
  if (app !== undefined) {
    return `'${clientId}' is compiled into the ${app.key} app, whose client is another one: leave webClientId out, or write a name like 'ocis.company.com'`;
  }
  // HTTP clients resolve this as a step up in the path, so the client could be made and never be read.
  if (clientId === "..") return "'..' can't be part of a URL: write a name like 'ocis.company.com'";
  return undefined;
}
