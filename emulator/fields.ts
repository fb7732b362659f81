import { unreadableBody } from "./errors";

/**
 * Reads a JSON object as Pocket ID's decoder does: it ignores the case of keys and unknown keys, an absent or null value is the
 * type's empty value, and a value of another type makes the whole body unreadable.
 */
export class Fields {
  private readonly values = new Map<string, unknown>();

  constructor(body: unknown) {
    if (body === null) return;
    if (typeof body !== "object" || Array.isArray(body)) throw unreadableBody();
    for (const [key, value] of Object.entries(body)) this.values.set(key.toLowerCase(), value);
  }

  text(name: string): string {
    return this.optionalText(name) ?? "";
  }

  optionalText(name: string): string | null {
    const value = this.get(name);
    if (value !== null && typeof value !== "string") throw unreadableBody();
    return value;
  }

  flag(name: string): boolean {
    const value = this.get(name) ?? false;
    if (typeof value !== "boolean") throw unreadableBody();
    return value;
  }

  whole(name: string): number {
    const value = this.get(name) ?? 0;
    if (typeof value !== "number" || !Number.isInteger(value)) throw unreadableBody();
    return value;
  }

  /** Null if the list was not sent, which differs from an empty list where a list is required. */
  texts(name: string): string[] | null {
    const items = this.items(name);
    return (
      items?.map((item) => {
        if (item !== null && typeof item !== "string") throw unreadableBody();
        return item ?? "";
      }) ?? null
    );
  }

  objects(name: string): Fields[] {
    return this.items(name)?.map((item) => new Fields(item)) ?? [];
  }

  object(name: string): Fields {
    return new Fields(this.get(name));
  }

  private items(name: string): unknown[] | null {
    const value = this.get(name);
    if (value === null) return null;
    if (!Array.isArray(value)) throw unreadableBody();
    return value as unknown[];
  }

  private get(name: string): unknown {
    return this.values.get(name.toLowerCase()) ?? null;
  }
}
