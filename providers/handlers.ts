/**
 * What the engine's plugin process runs: one handler for each resource class. The names end up in users' state and never
 * change.
 */
export { allowedOidcClients } from "./allowed-oidc-clients/handler";
export { customClaims } from "./custom-claims/handler";
export { firstAdmin } from "./first-admin/handler";
export { oidcClient } from "./oidc-client/handler";
export { pocketIdReady } from "./pocket-id-ready/handler";
export { userGroup } from "./user-group/handler";
export { userGroupMembers } from "./user-group-members/handler";
