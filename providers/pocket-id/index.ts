import { PocketId } from "./client";
import { readConnection } from "./connection";

/** One client for each connection of this process, so that pacing, listings and kept-alive sockets are shared. */
const clients = new Map<string, PocketId>();

/** The Pocket ID that configuration (or else the environment) names; a rotated key gives a fresh client. */
export function openPocketId(configuration: (key: string) => string | undefined): PocketId {
  const connection = readConnection(configuration);
  const key = JSON.stringify(connection);
  const client = clients.get(key) ?? new PocketId(connection);
  clients.set(key, client);
  return client;
}

export { PocketId, type ClaimOwner } from "./client";
export { claimValue, givesValue } from "./claim-values";
export * from "./connection";
export {
  AlreadyInUseError,
  AuthenticationError,
  ConfigurationError,
  ForbiddenError,
  ForeignAnswerError,
  InvalidError,
  NoAnswerError,
  NotFoundError,
  PocketIdError,
  RateLimitedError,
  senderOf,
  ServerError,
  UnexpectedAnswerError,
} from "./errors";
export { didYouMeanPerson, hasName, isFromLdap, peopleMeant, personNamed } from "./names";
export type * from "./objects";
export { contextTrusting, isLoopback, isOnThisMachine, lookupHost } from "./network";
export { isAtLeast, tooNew } from "./server-version";
