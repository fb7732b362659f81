export { AllowedOidcClients, type AllowedOidcClientsArgs } from "./allowed-oidc-clients/resource";
export type { Adoption } from "./core/adoption";
export { CustomClaims, type CustomClaim, type CustomClaimsArgs } from "./custom-claims/resource";
export { RESERVED_CLAIM_KEYS, type JsonValue } from "./custom-claims/wire";
export type { ListMode } from "./core/list-mode";
export {
  getOidcClient,
  getOpenIdConfiguration,
  getUser,
  getUserGroup,
  type OidcClientResult,
  type OpenIdConfigurationResult,
  type UserGroupResult,
  type UserResult,
  verifiedIssuer,
  warnOfSharedClaim,
} from "./look-ups";
export { OidcClient, type FederatedIdentity, type OidcClientArgs } from "./oidc-client/resource";
export { CONNECTION_KEYS, connectionProblem } from "./pocket-id/connection";
export { ProgramError } from "./core/program-error";
export { PocketIdProvider, type PocketIdProviderArgs } from "./provider";
export { UserGroup, type UserGroupArgs } from "./user-group/resource";
export { UserGroupMembers, type UserGroupMembersArgs } from "./user-group-members/resource";
