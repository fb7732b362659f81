export type { Adoption } from "./adoption";
export { CustomClaims, type CustomClaim, type CustomClaimsArgs } from "./custom-claims/resource";
export { RESERVED_CLAIM_KEYS, type JsonValue } from "./custom-claims/wire";
export type { ListMode } from "./list-mode";
export {
  getOidcClient,
  getOpenIdConfiguration,
  getUser,
  getUserGroup,
  type LookUpOptions,
  type OidcClientResult,
  type UserGroupResult,
  type UserResult,
} from "./look-ups";
export { OidcClient, type FederatedIdentity, type OidcClientArgs } from "./oidc-client/resource";
export { PocketIdProvider, type PocketIdProviderArgs } from "./provider";
export { UserGroup, type UserGroupArgs } from "./user-group/resource";
export { UserGroupMembers, type UserGroupMembersArgs } from "./user-group-members/resource";
