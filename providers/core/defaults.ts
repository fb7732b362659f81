import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";

type Properties = Record<string, unknown>;

/**
 * State keeps no defaults: it stays small, and one that an older version wrote, which knew fewer properties, reads as if
 * it had been written today. A resource's rules always see them filled in.
 */
export class Defaults {
  readonly #values: Properties;

  /** @param shown properties that programs read from outputs, where they stay. */
  constructor(
    schema: z.ZodObject,
    private readonly shown: readonly string[] = [],
  ) {
    const values = Object.entries(schema.shape).map(([key, type]) => {
      return [key, (type as z.ZodType).safeParse(undefined).data] as const;
    });
    this.#values = Object.fromEntries(values.filter(([, value]) => value !== undefined));
  }

  fillIn(properties: Properties): Properties {
    return { ...this.#values, ...properties };
  }

  /** @param but properties that stay, whatever their value. */
  leaveOut(properties: object, but: readonly string[] = []): Properties {
    const told = Object.entries(properties).filter(([key, value]) => {
      if (value === undefined) return false;
      return but.includes(key) || !(key in this.#values && isDeepStrictEqual(value, this.#values[key]));
    });
    return Object.fromEntries(told);
  }

  leaveOutHidden(outputs: object): Properties {
    return this.leaveOut(outputs, this.shown);
  }
}
