import { randomBytes } from "node:crypto";
import { z } from "zod";
import { handlerOf, type ResourceRules } from "@ocis-pocket-id/providers/core";

interface Inputs {
  length: number;
}

interface Outputs extends Inputs {
  value: string;
}

const rules: ResourceRules<Inputs, Outputs, undefined> = {
  inputs: z.object({
    length: z
      .int({ error: "must be a whole number" })
      .min(16, "must be 16 at least")
      .max(256, "must be 256 at most")
      .default(32),
  }),
  // A secret that is in use stays: another length applies to new secrets only.
  notCompared: ["length"],

  create: (inputs) =>
    Promise.resolve({
      id: "generated",
      outputs: { ...inputs, value: randomBytes(inputs.length).toString("base64url").slice(0, inputs.length) },
    }),
  read: (_id, olds) => Promise.resolve(olds),
  update: (_id, olds) => Promise.resolve(olds),
  delete: () => Promise.resolve(),
};

/** The handler of {@link GeneratedSecret}. */
export const generatedSecret = handlerOf(rules, () => undefined);
