export { AllowedOidcClients, type AllowedOidcClientsArgs } from "./allowed-oidc-clients/declaration";
export { verifiedIssuer, warnOfSharedClaim } from "./checks";
export { type Adoption, ADOPTIONS } from "./core/adoption";
export type { ListMode } from "./core/ownership";
export { ProgramError } from "./core/program-error";
export type { JsonValue } from "./core/schema";
export {
  CustomClaims,
  type CustomClaim,
  type CustomClaimResult,
  type CustomClaimsArgs,
} from "./custom-claims/declaration";
export type { ValueMode } from "./custom-claims/values";
export { RESERVED_CLAIM_KEYS } from "./custom-claims/wire";
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
export { reportPeopleInTwoRoles } from "./one-role";
export { OidcClient, type OidcClientArgs } from "./oidc-client/declaration";
export type { FederatedIdentity, FederatedIdentityResult } from "./oidc-client/federated-identity";
export type { PublicKey } from "./oidc-client/public-keys";
export { CONNECTION_KEYS, connectionProblem } from "./pocket-id/connection";
export { isConfigSecret, storedKeyProblem } from "./pocket-id/stored-key";
export { PocketIdProvider, type PocketIdProviderArgs } from "./provider";
export { UserGroupMembers, type UserGroupMembersArgs } from "./user-group-members/declaration";
export { UserGroup, type UserGroupArgs } from "./user-group/declaration";
