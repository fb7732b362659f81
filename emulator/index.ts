import type { AddressInfo } from "node:net";
import { ApiKeys, type ExtraApiKey } from "./api-keys";
import { type Clock, RateLimiter } from "./rate-limiter";
import { type RecordedRequest, createPocketIdServer } from "./server";
import { Store, type User } from "./store";
import type { PocketIdVersion } from "./versions";

export type { ExtraApiKey, PocketIdVersion, RecordedRequest };

/** Settings of an {@link Emulator}. */
export interface EmulatorOptions {
  /** The version whose statuses, bodies, fields and limits it has. @default "2.9" */
  version?: PocketIdVersion;
  /** @default 0, a free one */
  port?: number;
  /** @default "127.0.0.1" */
  host?: string;
  /** The static API key, owned by an admin user. @default "emulator-key-for-tests-only" */
  apiKey?: string;
  /** Its public URL. @default `http://localhost:<port>` */
  issuer?: string;
  /** Whether it limits requests like the real server, but also those from this machine. @default false */
  rateLimiter?: boolean | Clock;
  /** More keys, each with its own user. */
  extraApiKeys?: readonly ExtraApiKey[];
  /** Names of groups that LDAP owns; any name turns LDAP on. */
  ldapGroups?: readonly string[];
  /** Whether each object in an answer, at any depth, has a field that no version has yet. @default false */
  laterFields?: boolean;
  /** A JSON file that keeps the state between starts. */
  dataFile?: string;
}

/** A person for tests and demos; omitted fields have Pocket ID's defaults. */
export type NewUser = Pick<User, "username"> &
  Partial<
    Pick<User, "email" | "firstName" | "lastName" | "displayName" | "isAdmin" | "disabled" | "ldapId">
  > & {
    /** Names of groups that exist. */
    groups?: readonly string[];
  };

/** A running in-memory Pocket ID. */
export interface Emulator {
  /** The address of its API. */
  readonly url: string;
  /** The current static API key. */
  readonly apiKey: string;
  readonly version: PocketIdVersion;
  readonly issuer: string;
  /** All calls since the start, in order of arrival. */
  readonly requests: RecordedRequest[];
  /** Replaces the static API key. */
  rotateApiKey(key: string): void;
  /** Makes LDAP the owner of an existing group, as a sync would, and turns LDAP on. */
  giveToLdap(groupName: string): void;
  /** Adds a user without a recorded call. */
  addUser(user: NewUser): { id: string; username: string };
  close(): Promise<void>;
}

/**
 * Starts a Pocket ID in this process: the part of the REST API that this project uses, with the real server's statuses,
 * bodies, paging and quirks. It checks no login and signs no token.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { version = "2.9", port = 0, host = "127.0.0.1", ldapGroups = [] } = options;
  let apiKey = options.apiKey ?? "emulator-key-for-tests-only";
  const store = new Store(options.dataFile);
  const keys = new ApiKeys(store, apiKey, options.extraApiKeys ?? []);
  for (const name of ldapGroups) {
    if (store.state.groups.some((group) => group.name === name)) continue;
    store.addGroup({ name, friendlyName: name, ldapId: ldapIdOf(name) });
  }

  const requests: RecordedRequest[] = [];
  let issuer = options.issuer ?? "";
  const { rateLimiter = false } = options;
  const clock = typeof rateLimiter === "function" ? rateLimiter : undefined;
  const limiter = rateLimiter === false ? undefined : new RateLimiter(version, clock);
  const ldapEnabled = ldapGroups.length > 0;
  const laterFields = options.laterFields === true;
  const setup = { store, version, issuer: () => issuer, keys, limiter, ldapEnabled, laterFields, requests };
  const server = createPocketIdServer(setup);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const { port: listening } = server.address() as AddressInfo;
  issuer ||= `http://localhost:${listening}`;

  return {
    url: `http://${host}:${listening}`,
    get apiKey() {
      return apiKey;
    },
    version,
    issuer,
    requests,
    rotateApiKey(key) {
      apiKey = key;
      keys.rotate(key);
    },
    giveToLdap(groupName) {
      setup.ldapEnabled = true;
      for (const group of store.state.groups) {
        if (group.name === groupName) group.ldapId = ldapIdOf(groupName);
      }
      store.save();
    },
    addUser({ groups = [], ...user }) {
      const added = store.addUser({ email: `${user.username}@example.com`, ...user });
      const ids = store.state.groups.filter((group) => groups.includes(group.name)).map((group) => group.id);
      store.setGroupsOf(added.id, ids);
      store.save();
      return { id: added.id, username: added.username };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

const ldapIdOf = (groupName: string) => `cn=${groupName},ou=groups`;
