import type * as pulumi from "@pulumi/pulumi";
import { type ArgsOf, declare } from "../core/declare";
import { declared, PocketIdResource } from "../core/resource";
import { anyText, integer, nonEmptyText, setOf } from "../core/schema";

/** The declaration of {@link PocketIdReady}. */
export const pocketIdReady = declare({
  type: "PocketIdReady",
  title: () => "Pocket ID",
  properties: {
    /** Time limit in seconds, 1 to 3600. @default 180 */
    timeoutSeconds: { schema: integer(1, 3_600, "seconds"), default: 180, compared: false },
    /** Values whose change waits again, such as the container's ID. @default [] */
    triggers: { schema: setOf(anyText), default: [] },
    /** Name of Pocket ID's container, whose log a failure points to. @default none */
    container: { schema: nonEmptyText, optional: true, compared: false },
    /** Pocket ID's version: `2.14.0`. */
    version: { schema: anyText, computed: true },
  },
});

/**
 * Arguments of {@link PocketIdReady}.
 *
 * @interface
 */
export type PocketIdReadyArgs = ArgsOf<typeof pocketIdReady>;

/**
 * Waits until a Pocket ID that the same stack starts answers at its address, accepts the API key, and has a certificate that
 * is trusted. Let the connection's key depend on it, and nothing reaches Pocket ID too early.
 *
 * @throws one line with the last failure when the time is up; the next `up` waits again.
 */
export class PocketIdReady extends PocketIdResource<typeof pocketIdReady> {
  constructor(name: string, args: PocketIdReadyArgs = {}, opts?: pulumi.CustomResourceOptions) {
    super(...declared(new.target, pocketIdReady, name, args, opts));
  }
}
