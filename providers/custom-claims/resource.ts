import type * as pulumi from "@pulumi/pulumi";
import type { Adoption } from "../core/adoption";
import type { ListMode } from "../core/list-mode";
import { PocketIdResource } from "../pocket-id-resource";
import type { JsonValue } from "./wire";

/** One custom claim. */
export interface CustomClaim {
  /** The claim's name in ID token and userinfo. Names that Pocket ID fills itself, such as `sub`, are refused. */
  key: pulumi.Input<string>;
  /**
   * The claim's value, of any JSON type; it arrives with exactly that type. (Pocket ID reads the text "42" as a number, so
   * strings that look like JSON are quoted for you.)
   */
  value: pulumi.Input<JsonValue>;
}

/** Arguments of {@link CustomClaims}: exactly one of `groupId` and `userId`. */
export interface CustomClaimsArgs {
  /** The group whose members get the claims. Another group replaces the resource. */
  groupId?: pulumi.Input<string>;
  /** The one person who gets the claims; they win over any group's. Another person replaces the resource. */
  userId?: pulumi.Input<string>;
  /** The claims, in any order; each key once. */
  claims: pulumi.Input<pulumi.Input<CustomClaim>[]>;
  /** `exact`: the whole list is ours. `include`: ours are kept right, others are left alone. @default "exact" */
  mode?: pulumi.Input<ListMode>;
  /** Whether claims that are there already with other values may be overwritten. @default "never" */
  adopt?: pulumi.Input<Adoption>;
  /** Whether destroy deletes claims that were there before. @default false */
  deleteAdopted?: pulumi.Input<boolean>;
}

/**
 * The custom claims of one user group or one user. Pocket ID gives them with the scope `profile`, in ID token and
 * userinfo, never in the access token. If several groups of a person set one key, only one group's value arrives.
 *
 * @example
 * new CustomClaims("admins", { groupId: admins.id, claims: [{ key: "roles", value: "ocisAdmin" }] });
 */
export class CustomClaims extends PocketIdResource {
  declare readonly claims: pulumi.Output<{ key: string; value: JsonValue }[]>;

  constructor(name: string, args: CustomClaimsArgs, options?: pulumi.CustomResourceOptions) {
    super({ type: "CustomClaims", handler: "customClaims", computed: ["adopted"] }, name, args, options);
  }
}
