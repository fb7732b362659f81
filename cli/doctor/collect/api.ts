import {
  type ApiKeyObject,
  AuthenticationError,
  ConfigurationError,
  ForbiddenError,
  ForeignAnswerError,
  NoAnswerError,
  PocketId,
  PocketIdError,
  readConnection,
  ServerError,
} from "@ocis-pocket-id/providers/pocket-id";
import type { ApiFacts } from "../facts";
import type { Subject } from "../../stacks/subject";

/** Pocket ID as the stack reaches it, or the reason why it can't. */
export type Api =
  | { readonly kind: "open"; readonly pocketId: PocketId }
  | { readonly kind: "closed"; readonly facts: ApiFacts };

/** Opens the stack's own connection, without a request yet. */
export function openApi({ configuration }: Subject): Api {
  try {
    const connection = readConnection((key) => configuration[key]);
    return { kind: "open", pocketId: new PocketId(connection, printWaiting) };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { kind: "closed", facts: { kind: "unconfigured", reason: error.message } };
  }
}

/** Prints only that the client waits for a rate limit: its warning about a new version is a finding here. */
function printWaiting(line: string): void {
  if (line.startsWith("waiting")) console.error(line);
}

/** Reads the version with the key. */
export async function greet(api: Api): Promise<ApiFacts> {
  if (api.kind === "closed") return api.facts;
  try {
    return { kind: "ok", version: await api.pocketId.version() };
  } catch (error) {
    if (!(error instanceof PocketIdError)) throw error;
    return { kind: kindOf(error), reason: error.message };
  }
}

/** The keys of our key's owner; empty if Pocket ID doesn't return them. */
export async function ownKeys(pocketId: PocketId): Promise<ApiKeyObject[]> {
  try {
    return await pocketId.listOwnKeys();
  } catch (error) {
    if (error instanceof PocketIdError) return [];
    throw error;
  }
}

function kindOf(error: PocketIdError): Exclude<ApiFacts["kind"], "ok"> {
  if (error instanceof ForeignAnswerError) return "intercepted";
  if (error instanceof AuthenticationError) return "refused";
  if (error instanceof ForbiddenError) return "no-admin";
  if (error instanceof NoAnswerError || error instanceof ServerError) return "unreachable";
  // The client read the version, and doesn't support it.
  if (error.status === undefined && error.request.url.endsWith("/api/version/current")) return "too-old";
  return "unexpected";
}
