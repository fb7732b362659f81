import { z } from "zod";

/** Text of so many characters (code points, as Pocket ID counts them), in Unicode's composed form, as Pocket ID stores it. */
export function text(min: number, max: number) {
  return z
    .string({ error: "must be text" })
    .transform((value) => value.normalize("NFC"))
    .refine((value) => isBetween(Array.from(value).length, min, max), {
      error: `must have ${min} to ${max} characters`,
    });
}

const isBetween = (value: number, min: number, max: number) => value >= min && value <= max;

/** The same text on one line, with an escape for each character that a terminal would act on. */
export function printable(value: string): string {
  return value.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069\ufeff]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
