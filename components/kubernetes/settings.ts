import { z } from "zod";

const text = z.string({ error: "must be text" });

/** Which cluster: what is left out is found as `kubectl` and Pulumi's provider find it. */
export const clusterSettings = z
  .strictObject({
    /** The text of a kubeconfig, or its path. */
    kubeconfig: text.optional(),
    context: text.optional(),
  })
  .default({});

/** Which cluster a resource is in. */
export type ClusterSettings = z.output<typeof clusterSettings>;
