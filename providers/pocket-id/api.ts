import type { z } from "zod";
import type { Connection } from "./connection";
import { NotFoundError } from "./errors";
import { firstContact } from "./first-contact";
import type { Listing } from "./listing";
import { type Method, Transport } from "./transport";

/** How long a failed first contact answers for the server. */
const GREETING_FAILS_MS = 5_000;

/** How anything is asked of one server: after a first contact, and with what is gone being no error. */
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
   * must not race, and a key that may not write is better refused here than half-way.
   */
  version(): Promise<string> {
    this.greeting ??= firstContact(this.transport, this.url, this.notice).catch((error: unknown) => {
      // A server that does not answer is asked anew after a while, not by each of the resources that wait for it.
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

  /** A POST that fails may have acted all the same: whoever looks next must see what is there now. */
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

  /** What is gone already is deleted. */
  protected async remove(path: string): Promise<void> {
    try {
      await this.ask("DELETE", path, null);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
  }
}
