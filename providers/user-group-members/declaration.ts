import type * as pulumi from "@pulumi/pulumi";
import { type ArgsOf, declare } from "../core/declare";
import { groupName, listMode, soleOwner } from "../core/ownership";
import { declared, PocketIdResource } from "../core/resource";
import { nonEmptyText, setOf, textList } from "../core/schema";

/** The declaration of {@link UserGroupMembers}. */
export const userGroupMembers = declare({
  type: "UserGroupMembers",
  title: ({ groupId }, _id, names) => `group ${names.group(groupId)}`,
  properties: {
    /** The group. Another group replaces the resource. */
    groupId: { schema: nonEmptyText, replaces: true },
    /** The group's technical name, by which a preview finds an adopted group, whose ID isn't known yet. */
    groupName,
    /** Usernames or user IDs, in any order. An empty list with mode `exact` means nobody. */
    members: { schema: setOf(nonEmptyText), drift: { entry: "member" } },
    /** `exact`: these people and nobody else. `include`: these people; others are left alone. @default "exact" */
    mode: listMode,
    /** Who the members are, in the same order: somebody who is renamed in Pocket ID stays a member. */
    identities: { schema: textList, optional: true, compared: false, internal: true },
  },
});

/**
 * Arguments of {@link UserGroupMembers}.
 *
 * @interface
 */
export type UserGroupMembersArgs = ArgsOf<typeof userGroupMembers>;

/**
 * The members of one user group. People sign up in Pocket ID or are created by an admin; an unknown name is an error. Someone
 * who is renamed there stays a member, and `pulumi preview --refresh` shows the new name. One group has one such resource, or
 * several with mode `include` and other people.
 *
 * @example
 * new UserGroupMembers("admins", { groupId: admins.id, members: ["alice"] });
 */
export class UserGroupMembers extends PocketIdResource<typeof userGroupMembers> {
  constructor(name: string, args: UserGroupMembersArgs, opts?: pulumi.CustomResourceOptions) {
    super(...declared(new.target, userGroupMembers, name, args, opts));
    soleOwner(this, `UserGroupMembers '${name}'`, {
      list: "the members of user group",
      of: [args.groupId],
      mode: args.mode,
      entries: args.members,
    });
  }
}
