import {
  type ApiKeyObject,
  AuthenticationError,
  ConfigurationError,
  ForbiddenError,
  ForeignAnswerError,
  isAtLeast,
  NoAnswerError,
  PocketId,
  PocketIdError,
  readConnection,
  ServerError,
  tooNew,
} from "@ocis-pocket-id/providers/pocket-id";
import type { Subject } from "../stacks/subject";
import { type Finding, finding } from "./finding";

/** Opens the stack's own connection, without a request yet. */
export function openApi({ configuration }: Subject): { pocketId: PocketId } | { refusal: Finding } {
  try {
    const connection = readConnection((key) => configuration[key]);
    // The client's warning about a new version is a finding here.
    const printWaiting = (line: string) => {
      if (line.startsWith("waiting")) console.error(line);
    };
    return { pocketId: new PocketId(connection, printWaiting) };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { refusal: finding("connection-incomplete", firstSentence(error.message)) };
  }
}

/** Reads the version with the key. */
export async function greet(
  api: ReturnType<typeof openApi>,
): Promise<{ pocketId: PocketId; version: string } | { refusal: Finding }> {
  if ("refusal" in api) return api;
  try {
    return { ...api, version: await api.pocketId.version() };
  } catch (error) {
    if (!(error instanceof PocketIdError)) throw error;
    return { refusal: finding(codeOf(error), firstSentence(error.message)) };
  }
}

function codeOf(error: PocketIdError) {
  if (error instanceof ForeignAnswerError) return "pocket-id-intercepted";
  if (error instanceof AuthenticationError) return "key-refused";
  if (error instanceof ForbiddenError) return "key-not-admin";
  if (error instanceof NoAnswerError || error instanceof ServerError) return "pocket-id-unreachable";
  // The client read the version, and doesn't support it.
  const isVersion = error.request.url.endsWith("/api/version/current");
  return error.status === undefined && isVersion ? "pocket-id-too-old" : "pocket-id-unexpected";
}

/** The errors end with a fix of their own; a finding has it separately. */
function firstSentence(message: string): string {
  return message.replace(
    /\. (The API key is wrong|For a private authority|Renew the certificate|Is this the address).*$/s,
    "",
  );
}

/** Checks that this package and the apps support this version. */
export function checkVersion(version: string): Finding[] {
  const findings: Finding[] = [];
  const untried = tooNew(version);
  if (untried !== undefined) {
    findings.push(finding("pocket-id-untried", untried.replace(/^warning: /, "")));
  }
  // Source: pocket-id/pocket-id#1469, fixed in 2.7.0.
  if (/^v?\d/.test(version) && isAtLeast(version, "2.6") && !isAtLeast(version, "2.7")) {
    findings.push(finding("pocket-id-refuses-desktop", `this is Pocket ID ${version}`));
  }
  return findings;
}

/** An answer that not every version or key gets; another value if Pocket ID refuses it. */
export async function ifGiven<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof PocketIdError) return otherwise;
    throw error;
  }
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/** A key that state has in clear is known to everyone who can read it. */
export function checkStoredKey({ hasKeyInClear }: { readonly hasKeyInClear: boolean }): Finding[] {
  return hasKeyInClear ? [finding("key-in-clear", "the API key is in clear in the stack's state")] : [];
}

/**
 * Checks whether the key that doctor uses expires soon. Pocket ID doesn't return which key was sent, but when each was last used:
 * ours was used just now.
 *
 * @param keys the owner's keys, without the static key, which never expires
 */
export function checkKey(keys: readonly ApiKeyObject[], now: Date): Finding[] {
  const used = keys.filter(({ lastUsedAt }) => typeof lastUsedAt === "string");
  const lastUse = ({ lastUsedAt }: ApiKeyObject) => Date.parse(lastUsedAt ?? "");
  const latest = Math.max(...used.map(lastUse));
  const candidates = used.filter((key) => lastUse(key) === latest);
  const daysLeft = ({ expiresAt }: ApiKeyObject) => (Date.parse(expiresAt) - now.getTime()) / DAY_MS;
  const first = candidates.find((key) => daysLeft(key) < 14);
  if (first === undefined) return [];
  const left = Math.max(0, Math.floor(daysLeft(first)));
  const which =
    candidates.length === 1
      ? `API key '${first.name}', its owner's last used key and so probably the stack's,`
      : `API key '${first.name}', one of ${candidates.length} that were used at the same time and can be the stack's,`;
  const what = `${which} expires in ${left} day${left === 1 ? "" : "s"}, on ${first.expiresAt.slice(0, 10)}`;
  return [finding("key-expires-soon", what)];
}
