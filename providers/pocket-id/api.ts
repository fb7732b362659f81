import type { z } from "zod";
import type { Connection } from "./connection";
import { NotFoundError } from "./errors";
import { firstContact } from "./first-contact";
import type { Listing } from "./listing";
import { type Method, Transport } from "./transport";

/** How long a failed first contact is remembered. */
const GREETING_FAILS_MS = 5_000;

/** Requests to one server: after a first contact, and with missing objects as undefined instead of an error. */
export abstract class Api {
  readonly url: string;
  protected readonly transport: Transport;
  private greeting: Promise<string> | undefined;

  protected constructor(
    connection: Connection,
    private readonly notice: (line: string) => void,
  ) {
    this.url = connection.url;
    this.transport = new Transport(connection, notice);
  }

  /**
   * The server's version, for instance "2.9.0". Asked once, before anything else and by itself: a key's very first uses
   * must not race, and a key that can't write should fail here, not halfway.
   */
  version(): Promise<string> {
    this.greeting ??= firstContact(this.transport, this.url, this.notice).catch((error: unknown) => {
      // A server that didn't respond is asked again after a while, not once for each waiting resource.
      setTimeout(() => (this.greeting = undefined), GREETING_FAILS_MS).unref();
      throw error;
    });
    return this.greeting;
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
    try {
      return await this.ask("GET", path, schema);
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  /** Deleting a missing object succeeds. */
  protected async remove(path: string): Promise<void> {
    try {
      await this.ask("DELETE", path, null);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
  }
}
