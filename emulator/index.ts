import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { PocketIdVersion } from "./answers";
import { ApiKeys, type Clock, type ExtraApiKey, RateLimiter } from "./callers";
import { respond, type Setup } from "./server";
import { Store, type User } from "./store";

export type { PocketIdVersion };

/** Settings of an {@link Emulator}. */
export interface EmulatorOptions {
  /** The version whose statuses, bodies, fields and limits it has. @default "2.9" */
  version?: PocketIdVersion;
  /** @default 0, a free one */
  port?: number | undefined;
  /** @default "127.0.0.1" */
  host?: string | undefined;
  /** The static API key, owned by an admin user. @default "emulator-key-for-tests-only" */
  apiKey?: string | undefined;
  /** Its public URL. @default `http://localhost:<port>` */
  issuer?: string | undefined;
  /** Whether it limits requests like the real server, but also those from this machine. @default false */
  rateLimiter?: boolean | Clock;
  /** More keys, each with its own user. */
  extraApiKeys?: readonly ExtraApiKey[];
  /** Names of groups that LDAP owns; any name turns LDAP on. */
  ldapGroups?: readonly string[];
  /** Whether each object in an answer, at any depth, has a field that no version has yet. @default false */
  laterFields?: boolean;
  /** A JSON file that keeps the state between starts. */
  dataFile?: string | undefined;
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
export type Emulator = Awaited<ReturnType<typeof startEmulator>>;

/**
 * Starts a Pocket ID in this process: the part of the REST API that this project uses, with the real server's statuses,
 * bodies, paging and quirks. It checks no login and signs no token.
 */
export async function startEmulator(options: EmulatorOptions = {}) {
  const { version = "2.9", port = 0, host = "127.0.0.1", ldapGroups = [], rateLimiter = false } = options;
  const store = new Store(options.dataFile);
  const keys = new ApiKeys(
    store,
    options.apiKey ?? "emulator-key-for-tests-only",
    options.extraApiKeys ?? [],
  );
  for (const name of ldapGroups) {
    if (store.state.groups.some((group) => group.name === name)) continue;
    store.addGroup({ name, friendlyName: name, ldapId: ldapIdOf(name) });
  }
  const clock = typeof rateLimiter === "function" ? rateLimiter : undefined;
  const setup: Setup = {
    store,
    version,
    issuer: options.issuer ?? "",
    keys,
    limiter: rateLimiter === false ? undefined : new RateLimiter(version, clock),
    ldapEnabled: ldapGroups.length > 0,
    laterFields: options.laterFields === true,
    requests: [],
  };
  const server = createServer((request, response) => void respond(setup, request, response));
  server.listen(port, host);
  await once(server, "listening");
  const { port: listening } = server.address() as AddressInfo;
  setup.issuer ||= `http://localhost:${listening}`;

  return {
    /** The address of its API. */
    url: `http://${host}:${listening}`,
    /** The current static API key. */
    get apiKey() {
      return keys.staticKey;
    },
    version,
    issuer: setup.issuer,
    /** All calls since the start, in order of arrival. */
    requests: setup.requests,
    /** Replaces the static API key. */
    rotateApiKey(key: string): void {
      keys.staticKey = key;
    },
    /** Makes LDAP the owner of an existing group, as a sync would, and turns LDAP on. */
    giveToLdap(groupName: string): void {
      setup.ldapEnabled = true;
      for (const group of store.state.groups) {
        if (group.name === groupName) group.ldapId = ldapIdOf(groupName);
      }
      store.save();
    },
    /** Adds a user without a recorded call, unless there is one of this name. */
    addUser({ groups = [], ...user }: NewUser) {
      const { id, username } = store.addUser({ email: `${user.username}@example.com`, ...user });
      const named = store.state.groups.filter((group) => groups.includes(group.name));
      const groupIds = named.map((group) => group.id);
      store.members.setGroupsOf(id, groupIds);
      store.save();
      return { id, username };
    },
    async close(): Promise<void> {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const ldapIdOf = (groupName: string) => `cn=${groupName},ou=groups`;
