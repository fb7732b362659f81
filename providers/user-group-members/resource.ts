import type * as pulumi from "@pulumi/pulumi";
import type { ListMode } from "../core/list-mode";
import { soleOwner } from "../core/ownership";
import { PocketIdResource } from "../pocket-id-resource";

/** Arguments of {@link UserGroupMembers}. */
export interface UserGroupMembersArgs {
  /** The group. Another group replaces the resource. */
  groupId: pulumi.Input<string>;
  /** Usernames or user IDs, in any order. An empty list with mode `exact` means nobody. */
  members: pulumi.Input<pulumi.Input<string>[]>;
  /** `exact`: these people and nobody else. `include`: these people; others are left alone. @default "exact" */
  mode?: pulumi.Input<ListMode>;
}

/**
 * The members of one user group. People are made in Pocket ID, by themselves or by an admin; an unknown one is an error
 * that names them. One group has one such resource.
 *
 * @example
 * new UserGroupMembers("admins", { groupId: admins.id, members: ["alice"] });
 */
export class UserGroupMembers extends PocketIdResource {
  declare readonly groupId: pulumi.Output<string>;
  declare readonly members: pulumi.Output<string[]>;

  constructor(name: string, args: UserGroupMembersArgs, options?: pulumi.CustomResourceOptions) {
    super({ type: "UserGroupMembers", handler: "userGroupMembers" }, name, args, options);
    soleOwner(args.groupId, `UserGroupMembers '${name}'`, "the members of user group");
  }
}
