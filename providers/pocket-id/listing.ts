import { z } from "zod";
import type { Transport } from "./transport";

/** How long a listing is fresh: long enough for the reads of one refresh, shorter than any human edit takes. */
export const LISTING_FRESH_MS = 5_000;

/** Up to this many pages one listing is cheaper than asking for each object by itself. */
export const LISTING_PAGES = 5;

/** Most that Pocket ID gives in one page. */
const PAGE_SIZE = 100;

/**
 * One listing serves reads that come together. Writes of this process go through it, so it is never behind them.
 */
export class Listing<T extends { readonly id: string }> {
  private items = new Map<string, T>();
  private loaded = Number.NEGATIVE_INFINITY;
  /** When the list was last found to be too long. */
  private long = Number.NEGATIVE_INFINITY;
  private loading: Promise<boolean> | undefined;
  /** Written while a listing was loading: its pages may be older. */
  private readonly written = new Map<string, T | undefined>();

  /** @param pages up to how many pages the list is worth reading for single objects. */
  constructor(
    private readonly transport: Transport,
    private readonly path: string,
    private readonly schema: z.ZodType<T>,
    private readonly pages = LISTING_PAGES,
  ) {}

  /** All objects, over all pages. */
  async all(): Promise<T[]> {
    await this.fresh(Number.POSITIVE_INFINITY);
    return [...this.items.values()];
  }

  /** The object from the listing; undefined when it is not in it, or when the list is too long to be worth reading. */
  async get(id: string): Promise<T | undefined> {
    return (await this.fresh(this.pages)) ? this.items.get(id) : undefined;
  }

  /** All objects; undefined when the list is too long to be worth reading. */
  async whole(): Promise<T[] | undefined> {
    return (await this.fresh(this.pages)) ? [...this.items.values()] : undefined;
  }

  /** Forgets how fresh the listing is: something else may have been written. */
  expire(): void {
    this.loaded = Number.NEGATIVE_INFINITY;
  }

  /** Records the server's answer to a write. */
  put(item: T): T {
    this.write(item.id, item);
    return item;
  }

  remove(id: string): void {
    this.write(id, undefined);
  }

  private write(id: string, item: T | undefined): void {
    if (this.loading !== undefined) this.written.set(id, item);
    if (item === undefined) this.items.delete(id);
    else this.items.set(id, item);
  }

  private async fresh(maxPages: number): Promise<boolean> {
    if (Date.now() - this.loaded < LISTING_FRESH_MS) return true;
    if (maxPages < Number.POSITIVE_INFINITY && Date.now() - this.long < LISTING_FRESH_MS) return false;
    this.loading ??= this.load(maxPages).finally(() => (this.loading = undefined));
    // A caller who needs everything can't use a short read that gave up.
    return (await this.loading) || (maxPages === Number.POSITIVE_INFINITY && this.fresh(maxPages));
  }

  private async load(maxPages: number): Promise<boolean> {
    const started = Date.now();
    this.written.clear();
    const first = await this.page(1);
    if (first.pagination.totalPages > maxPages) {
      this.long = started;
      return false;
    }
    const found = new Map(first.data.map((item) => [item.id, item]));
    for (let number = 2; number <= first.pagination.totalPages; number += 1) {
      for (const item of (await this.page(number)).data) found.set(item.id, item);
    }
    this.items = found;
    this.loaded = started;
    for (const [id, item] of this.written) this.write(id, item);
    return true;
  }

  private page(number: number) {
    const pagination = z.looseObject({ totalPages: z.number() });
    const schema = z.object({ data: z.array(this.schema), pagination });
    // Sorted, because Postgres has no order of its own and a page could then miss what another shows twice.
    const query = `pagination[page]=${number}&pagination[limit]=${PAGE_SIZE}&sort[column]=createdAt&sort[direction]=asc`;
    return this.transport.request("GET", `${this.path}?${query}`, schema);
  }
}
