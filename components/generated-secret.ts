import { randomBytes } from "node:crypto";
import { handlerOf } from "@ocis-pocket-id/providers/core";
import { z } from "zod";

/** The handler of {@link GeneratedSecret}. */
export const generatedSecret = handlerOf<{ length: number }, { length: number; value: string }, undefined>(
  {
    inputs: z.object({
      length: z
        .int({ error: "must be a whole number" })
        .min(16, "must be at least 16")
        .max(256, "must be at most 256")
        .default(32),
    }),
    // A secret that is in use stays: another length applies to new secrets only.
    notCompared: ["length"],

    create: ({ length }) => {
      const value = randomBytes(length).toString("base64url").slice(0, length);
      return Promise.resolve({ id: "generated", outputs: { length, value } });
    },
    read: (_id, olds) => Promise.resolve(olds),
    update: (_id, olds) => Promise.resolve(olds),
    delete: () => Promise.resolve(),
  },
  () => undefined,
);
