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
