import type { OcisWithPocketId, OcisWithPocketIdArgs, Product } from "@ocis-pocket-id/components";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type EngineStack, engineStack } from "../support/engine";
import type { PocketIdUnderTest } from "../support/pocket-id";
import { type AuthorizationRequest, type Browser, logIn } from "./browser";
import type { CompanyNetwork } from "./company-network";
import { addPerson, PEOPLE } from "./deployed-company";
import { ocisFor, type Role, ROLE_IDS } from "./ocis";

type NativeApp = "desktop" | "ios" | "android";
export const ROLES = Object.keys(ROLE_IDS) as Role[];
export type Person = Role | "stranger";

/** What the stack says of itself: all that a login may use. */
export interface Outputs {
  ocisUrl: string;
  issuer: string;
  clientId: string;
  nativeClientIds: Record<NativeApp, string>;
  deployment: { container: string; volumes: { config: string; data: string }; secrets: string };
}

/** The requests with which the web page and the apps log in. */
export const requestsOf = (product: Product, outputs: () => Outputs) => ({
  web: (): AuthorizationRequest => {
    const { issuer, clientId, ocisUrl } = outputs();
    const redirectUri = `${ocisUrl}/oidc-callback.html`;
    return { issuer, clientId, redirectUri, scope: "openid profile email" };
  },
  native: (app: NativeApp): AuthorizationRequest => {
    const { issuer, nativeClientIds } = outputs();
    const [callbackUrl] = product.nativeClients.find((its) => its.key === app)?.callbackUrls ?? [];
    const redirectUri = callbackUrl?.replace("*", "43210") ?? "";
    return {
      issuer,
      clientId: nativeClientIds[app],
      redirectUri,
      scope: "openid offline_access email profile",
    };
  },
});

/** Makes a program's folder below the checkout, and enters it: the engine takes it for that of the program. */
export function enterProgramFolder(name: string): string {
  const parent = join(process.cwd(), ".cache", "tests");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "logins-"));
  writeFileSync(join(folder, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\n`);
  process.chdir(folder);
  return folder;
}

/** A stack of one component. */
export async function companyStack(
  name: string,
  { pocketId }: CompanyNetwork,
  make: () => OcisWithPocketId,
): Promise<EngineStack> {
  const stack = await engineStack(name, () => {
    const { ocisUrl, issuer, clientId, nativeClientIds, deployment } = make();
    return Promise.resolve({ ocisUrl, issuer, clientId, nativeClientIds, deployment });
  });
  await stack.setConfig({
    "pocketid:url": { value: pocketId.url },
    "pocketid:apiKey": { value: pocketId.apiKey, secret: true },
  });
  return stack;
}

/** The component's arguments before a test changes them. */
export const firstArgs = (
  { key }: Product,
  network: string,
  image: string,
  caCertificate: string,
): OcisWithPocketIdArgs => ({
  product: key,
  domain: "company.test",
  members: Object.fromEntries(Object.entries(PEOPLE).map(([role, username]) => [role, [username]])),
  target: {
    type: "docker",
    image,
    publish: false,
    networks: [{ name: network, aliases: [key] }],
    caCertificate,
  },
});

/** Adds one person for each role, and one without; returns their sessions. */
export async function addPeople(company: CompanyNetwork): Promise<ReadonlyMap<Person, string>> {
  const sessions = new Map<Person, string>();
  for (const [person, username] of Object.entries({ ...PEOPLE, stranger: "stan" })) {
    sessions.set(person as Person, await addPerson(company, username));
  }
  return sessions;
}

/** Logs a person in; returns the tokens, and oCIS as that person has it. */
export async function openAccount(
  browser: Browser,
  session: string,
  client: AuthorizationRequest,
  ocisUrl: string,
) {
  const tokens = await logIn(browser, session, client);
  return { tokens, ocis: ocisFor(browser, ocisUrl, tokens.access_token) };
}

/** The lines of a failed up that say why nobody can log in. */
export function whyNobodyLogsIn(failure: string): string[] {
  // The engine says it while it works, too.
  const diagnostics = failure.slice(failure.lastIndexOf("Diagnostics:"));
  return diagnostics.split("\n").filter((line) => line.includes("nobody can log in"));
}

/** Pocket ID limits the requests of a fast test: one that it refuses comes a second later. */
export async function statusOf(pocketId: Pick<PocketIdUnderTest, "call">, path: string): Promise<number> {
  const { status } = await pocketId.call("GET", path);
  if (status !== 429) return status;
  await sleep(1_000);
  return statusOf(pocketId, path);
}

/** The text of every file of a folder and those below: state, its history and backups, configuration. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((path) => join(folder, String(path)))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "utf8"));
}

/** The texts that have a secret in one of its forms. */
export const textsWith = (secret: string, texts: readonly string[]) =>
  [secret, Buffer.from(secret).toString("base64"), encodeURIComponent(secret)].flatMap((form) =>
    texts.filter((text) => text.includes(form)),
  );
