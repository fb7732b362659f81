import type * as pulumi from "@pulumi/pulumi";
import { PocketIdResource } from "../pocket-id-resource";

/** Arguments of {@link AllowedOidcClients}. */
export interface AllowedOidcClientsArgs {
  /** The group. Another group replaces the resource. */
  groupId: pulumi.Input<string>;
  /** IDs of clients that exist already, such as those of another stack. */
  clientIds: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * Lets the members of one user group log in with clients that somebody else owns. The same relation as an `OidcClient`'s
 * `allowedUserGroupIds`, written from the group's side: these clients, and others of the group are left alone.
 *
 * The owner's `OidcClient` must leave other groups alone too (`allowedUserGroupsMode: "include"`), or its next `up` undoes it.
 *
 * @example
 * new AllowedOidcClients("phones", { groupId: users.id, clientIds: ["ios-app", "android-app"] });
 */
export class AllowedOidcClients extends PocketIdResource {
  declare readonly groupId: pulumi.Output<string>;
  declare readonly clientIds: pulumi.Output<string[]>;

  constructor(name: string, args: AllowedOidcClientsArgs, options?: pulumi.CustomResourceOptions) {
    super({ type: "AllowedOidcClients", handler: "allowedOidcClients" }, name, args, options);
  }
}
