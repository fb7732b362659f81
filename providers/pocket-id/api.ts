import type { z } from "zod";
import type { Connection } from "./connection";
import { AuthenticationError, ForbiddenError, NotFoundError, PocketIdError } from "./errors";
import type { Listing } from "./listing";
import * as objects from "./objects";
import { tooNew, tooOld } from "./server-version";
import { type Method, Transport } from "./transport";

/** How long a failed first contact is remembered. */
const GREETING_FAILS_MS = 5_000;

/** Requests to one server: after a first contact, and with missing objects as undefined instead of an error. */
export abstract class Api {
  readonly url: string;
  protected readonly transport: Transport;
  private greeting: Promise<string> | undefined;

  constructor(
    connection: Connection,
    private readonly notice: (line: string) => void = console.error,
  ) {
    this.url = connection.url;
    this.transport = new Transport(connection, notice);
  }

  /**
   * The server's version, for instance "2.9.0". Asked once, before anything else and by itself: a key's very first uses
   * must not race, and a key that can't write should fail here, not halfway.
   */
  version(): Promise<string> {
    return (this.greeting ??= this.greet());
  }

  private greet(): Promise<string> {
    const greeting = this.firstContact().catch((error: unknown) => {
      // A server that didn't respond is asked again after a while, not once for each waiting resource.
      const forget = () => {
        if (this.greeting === greeting) this.greeting = undefined;
      };
      setTimeout(forget, GREETING_FAILS_MS).unref();
      throw error;
    });
    return greeting;
  }

  /** The same, asked again even if it is known: the server may have been replaced by another version. */
  greetAgain(): Promise<string> {
    this.greeting = undefined;
    return this.version();
  }

  /**
   * Asks for the key's owner and the server's version.
   *
   * @throws PocketIdError if the key is wrong or not an admin's, or the server is too old.
   */
  private async firstContact(): Promise<string> {
    const whoami = () => this.transport.request("GET", "/users/me", objects.user);
    // Parallel first uses of a new static key may return 401, even from another process: ask once more.
    const me = await whoami().catch((error: unknown) => {
      if (error instanceof AuthenticationError) return whoami();
      throw error;
    });
    if (!me.isAdmin) {
      const problem = `the API key belongs to '${me.username}', who is not an admin: make the key as an admin`;
      throw new ForbiddenError({ method: "GET", url: `${this.url}/api/users/me` }, problem);
    }
    // The path exists since 2.3: a server that has the caller but not this path is older.
    const current = this.transport.request("GET", "/version/current", objects.version);
    const version = (await current.catch(undefinedIfMissing))?.currentVersion ?? "2.2";
    const problem = tooOld(version);
    if (problem !== undefined) {
      throw new PocketIdError({ method: "GET", url: `${this.url}/api/version/current` }, problem);
    }
    const warning = tooNew(version);
    if (warning !== undefined) this.notice(warning);
    return version;
  }

  protected async greeted<T>(task: () => Promise<T>): Promise<T> {
    await this.version();
    return task();
  }

  protected ask<T>(method: Method, path: string, schema: z.ZodType<T> | null, body?: unknown): Promise<T> {
    return this.greeted(() => this.transport.request(method, path, schema, body));
  }

  /** A POST that fails may still have created the object, so the next look-up must ask the server. */
  protected async create<T extends { id: string }>(
    path: string,
    schema: z.ZodType<T>,
    listing: Listing<T>,
    body: object,
  ): Promise<T> {
    try {
      return listing.put(await this.ask("POST", path, schema, body));
    } catch (error) {
      listing.expire();
      throw error;
    }
  }

  protected async find<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
    return this.ask("GET", path, schema).catch(undefinedIfMissing);
  }

  /** Deleting a missing object succeeds. */
  protected async remove(path: string): Promise<void> {
    await this.ask("DELETE", path, null).catch(undefinedIfMissing);
  }
}

function undefinedIfMissing(error: unknown): undefined {
  if (!(error instanceof NotFoundError)) throw error;
}
