export { AllowedOidcClients, type AllowedOidcClientsArgs } from "./allowed-oidc-clients/declaration";
export { reportPeopleInTwoRoles, verifiedIssuer, warnOfSharedClaim } from "./checks";
export { type Adoption, ADOPTIONS } from "./core/adoption";
export type { ListMode } from "./core/ownership";
export { ProgramError } from "./core/program-error";
export type { JsonValue } from "./core/schema";
export { RESERVED_CLAIM_KEYS } from "./custom-claims/claims";
export {
  CustomClaims,
  type CustomClaim,
  type CustomClaimResult,
  type CustomClaimsArgs,
  type ValueMode,
} from "./custom-claims/declaration";
export { FirstAdmin, type FirstAdminArgs } from "./first-admin/declaration";
export {
  getOidcClient,
  getOpenIdConfiguration,
  getUser,
  getUserGroup,
  type OidcClientResult,
  type OpenIdConfigurationResult,
  type UserGroupResult,
  type UserResult,
} from "./look-ups";
export { OidcClient, type OidcClientArgs } from "./oidc-client/declaration";
export type { FederatedIdentity, FederatedIdentityResult, PublicKey } from "./oidc-client/schemas";
export { CONNECTION_KEYS, connectionProblem } from "./pocket-id/connection";
export { isConfigSecret, storedKeyProblem } from "./core/program-error";
export { PocketIdReady, type PocketIdReadyArgs } from "./pocket-id-ready/declaration";
export { PocketIdProvider, type PocketIdProviderArgs } from "./provider";
export { UserGroupMembers, type UserGroupMembersArgs } from "./user-group-members/declaration";
export { UserGroup, type UserGroupArgs } from "./user-group/declaration";
