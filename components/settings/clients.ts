import { callbackProblem } from "@ocis-pocket-id/providers/callback-url";
import { type Problem, problemOf } from "./problem";

/** The three apps of ownCloud that log in by themselves. */
export type NativeClientKey = "desktop" | "ios" | "android";

/** An OIDC client whose ID is compiled into an app. */
export interface NativeClient {
  readonly key: NativeClientKey;
  /** Compiled into the app: nothing that oCIS or Pocket ID says can change it. */
  readonly clientId: string;
  /** Shown to people on Pocket ID's consent page; the guide's spelling. */
  readonly name: string;
  /** Other names in use: those of the guide's headings, and the app's own spelling. */
  readonly otherNames: readonly string[];
  readonly callbackUrls: readonly string[];
}

/**
 * The native clients, to be made public with PKCE: the secrets that are compiled in are known to everybody, and Pocket ID
 * ignores them for a public client.
 *
 * The desktop app listens on a free port of the machine; older builds call it `localhost`, so both spellings are there,
 * where the guide has the first only.
 *
 * @see the guide's section "Create additional OIDC clients"; owncloud/ocis#7452 for `localhost`
 */
export const NATIVE_CLIENTS: readonly NativeClient[] = [
  {
    key: "desktop",
    clientId: "xdXOt13JKxym1B1QcEncf2XDkLAexMBFwiT9j6EfhhHFJhs2KM9jbjTmf8JBXE69",
    name: "ownCloud Desktop Client",
    otherNames: ["Desktop Client", "ownCloud Desktop"],
    callbackUrls: ["http://127.0.0.1:*", "http://localhost:*"],
  },
  {
    key: "ios",
    clientId: "mxd5OQDk6es5LzOzRvidJNfXLUZS2oN3oUFeXPP8LpPrhx3UroJFduGEYIBOxkY1",
    name: "ownCloud ios Client",
    otherNames: ["ocis ios Client", "ownCloud iOS Client", "ownCloud iOS"],
    callbackUrls: ["oc://ios.owncloud.com"],
  },
  {
    key: "android",
    clientId: "e4rAsNUSIUs0lF4nbv9FmCeUkTlV9GdgTLDH1b5uie7syb90SzEVrbN7HIpmWJeD",
    name: "ownCloud Android Client",
    otherNames: ["ocis Android Client", "ownCloud Android"],
    callbackUrls: ["oc://android.owncloud.com"],
  },
];

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
    if (!NATIVE_CLIENTS.some(({ key }) => key === app))
      return [{ field: `${field}.${app}`, message: `'${app}' isn't an app: write desktop, ios or android` }];
    return list.flatMap((url, index) => problemOf(`${field}.${app}.${index}`, callbackProblem(url)));
  });
}

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
export function clientIdProblems(clientId: string): Problem[] {
  return problemOf("webClientId", clientIdProblem(clientId));
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
