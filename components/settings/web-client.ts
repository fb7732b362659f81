import { NATIVE_CLIENTS } from "./native-clients";
import type { Problem } from "./problem";

/** The OIDC client of ownCloud Web, as Pocket ID is told. */
export interface WebClient {
  name: string;
  callbackUrls: string[];
  logoutCallbackUrls: string[];
}

/** The name that people see at sign-in. */
export const WEB_CLIENT_NAME = "ocis";

/**
 * The client of the browser: the guide's name and callback URLs, and the URL that logging out returns to (without which
 * Pocket ID leaves people on a page of its own).
 *
 * @param ocisUrl `https://ocis.company.com`, without a final slash
 */
export function webClient(ocisUrl: string): WebClient {
  return {
    name: WEB_CLIENT_NAME,
    callbackUrls: [`${ocisUrl}/`, `${ocisUrl}/oidc-callback.html`, `${ocisUrl}/oidc-silent-redirect.html`],
    logoutCallbackUrls: [postLogoutUrl(ocisUrl)],
  };
}

/** Where the browser goes after logging out; registered with Pocket ID and told to ownCloud Web. */
export function postLogoutUrl(ocisUrl: string): string {
  return `${ocisUrl}/`;
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
 * @param field the argument that it comes from
 * @see facts of Pocket ID's API: `^[a-zA-Z0-9._-]+$`, 2 to 128 characters; never changeable
 */
export function clientIdProblems(clientId: string, field = "webClientId"): Problem[] {
  const message = clientIdProblem(clientId);
  return message === undefined ? [] : [{ field, message }];
}

function clientIdProblem(clientId: string): string | undefined {
  if (clientId.length < 2 || clientId.length > 128) {
    return `'${clientId}' has ${clientId.length} characters: write 2 to 128`;
  }
  if (!/^[a-zA-Z0-9._-]+$/.test(clientId)) {
    return `'${clientId}' has characters that Pocket ID refuses: write letters, digits, '.', '_' and '-' only`;
  }
  const app = NATIVE_CLIENTS.find((native) => native.clientId === clientId);
  if (app !== undefined) {
    return `'${clientId}' is compiled into the ${app.key} app, whose client is another one: leave webClientId out, or write a name like 'ocis.company.com'`;
  }
  // HTTP clients resolve this as a step up in the path, so the client could be made and never be read.
  if (clientId === "..") return "'..' can't be part of a URL: write a name like 'ocis.company.com'";
  return undefined;
}
