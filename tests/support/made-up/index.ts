import type * as pulumi from "@pulumi/pulumi";
import { type ArgsOf, declare } from "../../../providers/core/declare";
import { declared, PocketIdResource } from "../../../providers/core/resource";
import { text } from "../../../providers/core/schema";
import { oidcClient } from "../../../providers/oidc-client/declaration";

/** A client of a Pocket ID of the future: with one property more, in an object that is new too. */
export const clientWithMotto = declare({
  ...oidcClient,
  properties: {
    ...oidcClient.properties,
    /** Words below the name, at most 20 characters. Pocket ID 2.12 and later. @default "" */
    motto: { schema: text(0, 20), wire: "branding.motto", default: "", since: "2.12", shown: true },
  },
});

/**
 * Arguments of a {@link ClientWithMotto}.
 *
 * @interface
 */
export type ClientWithMottoArgs = ArgsOf<typeof clientWithMotto>;

/** A client with a motto. */
export class ClientWithMotto extends PocketIdResource<typeof clientWithMotto> {
  constructor(name: string, args: ClientWithMottoArgs, opts?: pulumi.CustomResourceOptions) {
    super(...declared(new.target, clientWithMotto, name, args, opts));
  }
}
