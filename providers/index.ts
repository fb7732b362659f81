export { AllowedOidcClients, type AllowedOidcClientsArgs } from "./allowed-oidc-clients/resource";
export type { Adoption } from "./adoption";
export { CustomClaims, type CustomClaim, type CustomClaimsArgs } from "./custom-claims/resource";
export { RESERVED_CLAIM_KEYS, type JsonValue } from "./custom-claims/wire";
export { OWNER_LABEL } from "./docker-api/owner-label";
export { DockerPreflight, type DockerPreflightArgs } from "./docker-preflight/resource";
export { GeneratedSecret, type GeneratedSecretArgs } from "./generated-secret/resource";
export type { ListMode } from "./list-mode";
export { LocalFiles, type LocalFilesArgs } from "./local-files/resource";
export {
  getOidcClient,
  getOpenIdConfiguration,
  getUser,
  getUserGroup,
  type LookUpOptions,
  type OidcClientResult,
  type OpenIdConfigurationResult,
  type UserGroupResult,
  type UserResult,
  verifiedIssuer,
  warnOfSharedClaim,
} from "./look-ups";
export { OcisReady, type OcisReadyArgs } from "./ocis-ready/resource";
export { OidcClient, type FederatedIdentity, type OidcClientArgs } from "./oidc-client/resource";
export { CONNECTION_KEYS, connectionProblem } from "./pocket-id/connection";
export { ProgramError } from "./program-error";
export { PocketIdProvider, type PocketIdProviderArgs } from "./provider";
export { UserGroup, type UserGroupArgs } from "./user-group/resource";
export { UserGroupMembers, type UserGroupMembersArgs } from "./user-group-members/resource";
