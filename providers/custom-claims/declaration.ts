import * as pulumi from "../core/sdk";
import { adopted, adoption, deleteAdopted } from "../core/adoption";
import { type Args, type ArgsOf, declare, type Schema, type ValuesOf } from "../core/declare";
import { groupName, listMode, soleOwner } from "../core/ownership";
import { declared, PocketIdResource } from "../core/resource";
import { choice, composed, json, jsonList, listOf, nonEmptyText, object } from "../core/schema";

/**
 * What a claim's value may contain besides ours: with `exact`, nothing; with `accept`, it can be a list of ours and others;
 * with `include`, ours is added to existing values, and destroy removes only ours.
 */
export type ValueMode = "exact" | "accept" | "include";

const claimProperties = {
  /** The claim's name in ID token and userinfo. Names that Pocket ID sets itself, such as `sub`, are refused. */
  key: { schema: composed(nonEmptyText) },
  /**
   * The claim's value, of any JSON type; it arrives with exactly that type. (Pocket ID reads the text "42" as a number, so
   * strings that look like JSON are quoted for you.)
   */
  value: { schema: json },
  /**
   * Values that must not be in one list with this one, such as higher roles of the same application: they are removed. Has an
   * effect with `valueMode` `accept` and `include` only. @default none
   */
  excludes: { schema: jsonList, optional: true },
} as const;

/**
 * One custom claim.
 *
 * @interface
 */
export type CustomClaim = Args<typeof claimProperties>;

/**
 * A {@link CustomClaim} as a resource has it.
 *
 * @interface
 */
export type CustomClaimResult = ValuesOf<typeof claimProperties>;

const claim: Schema<CustomClaimResult, CustomClaim> = object(claimProperties);

/** The declaration of {@link CustomClaims}. */
export const customClaims = declare({
  type: "CustomClaims",
  title: ({ groupId, userId = "" }, _id, names) =>
    groupId === undefined ? `user ${userId}` : `group ${names.group(groupId)}`,
  properties: {
    /** The group whose members get the claims. Another group replaces the resource. */
    groupId: { schema: nonEmptyText, optional: true, replaces: true },
    /** The person who gets the claims, which override any group's. Another person replaces the resource. */
    userId: { schema: nonEmptyText, optional: true, replaces: true },
    /** The group's technical name, by which a preview finds an adopted group, whose ID isn't known yet. */
    groupName,
    /** The claims, in any order; each key once. */
    claims: {
      schema: listOf(claim, "key", { sorted: true }),
      drift: { entry: "claim", name: "key", value: "value" },
    },
    /** `exact`: the whole list is ours. `include`: others stay as they are. @default "exact" */
    mode: listMode,
    /**
     * `exact`: a claim has our value and nothing else. `accept`: a list that contains it is also right; any other value is
     * replaced. `include`: our value is added to an existing text or list, and destroy removes only it.
     * @default "exact"
     */
    valueMode: { schema: choice<ValueMode>(["exact", "accept", "include"]), default: "exact" as const },
    /** Whether existing claims with other values may be overwritten. @default "never" */
    adopt: adoption,
    /** Whether destroy deletes claims that existed before. @default false */
    deleteAdopted,
    /** True if some of the claims existed before; destroy then keeps them. */
    adopted,
  },
});

/**
 * Arguments of {@link CustomClaims}: exactly one of `groupId` and `userId`.
 *
 * @interface
 */
export type CustomClaimsArgs = ArgsOf<typeof customClaims>;

/**
 * The custom claims of one user group or one user. Pocket ID returns them with the scope `profile`, in ID token and userinfo,
 * never in the access token. If several groups of a person set one key, Pocket ID returns only one group's value.
 *
 * @example
 * new CustomClaims("admins", { groupId: admins.id, claims: [{ key: "roles", value: "ocisAdmin" }] });
 */
export class CustomClaims extends PocketIdResource<typeof customClaims> {
  constructor(name: string, args: CustomClaimsArgs, opts?: pulumi.CustomResourceOptions) {
    super(...declared(new.target, customClaims, name, args, opts));
    const keys = pulumi.output(args.claims).apply((claims) => claims.map(({ key }) => key));
    for (const [whose, id] of [["group", args.groupId] as const, ["user", args.userId] as const]) {
      if (id === undefined) continue;
      soleOwner(this, `CustomClaims '${name}'`, {
        list: `the claims of ${whose}`,
        of: [id],
        mode: args.mode,
        entries: keys,
      });
    }
  }
}
