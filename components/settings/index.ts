export { claimKeyProblems, DEFAULT_CLAIM_KEY } from "./claim-key";
export {
  contentSecurityPolicy,
  contentSecurityPolicyDirectives,
  contentSecurityPolicyProblems,
  type ContentSecurityPolicyArgs,
  type Directives,
} from "./content-security-policy/policy";
export {
  DEFAULT_CSP_PATH,
  describeEnvironment,
  environmentProblems,
  ocisEnvironment,
  type Environment,
  type EnvironmentArgs,
  type EnvironmentRow,
  type IdentityClaim,
} from "./environment";
export { ENVIRONMENT_SYNONYMS, type Synonym } from "./environment-synonyms";
export { ENVIRONMENT_REASONS } from "./environment-reasons";
export { deploymentHosts, hostProblems, type DeploymentHosts, type HostArgs } from "./hosts";
export {
  NATIVE_CLIENTS,
  type NativeCallbackUrls,
  type NativeClient,
  nativeCallbackProblems,
  type NativeClientKey,
} from "./native-clients";
export { refuse, SettingsError, type Problem } from "./problem";
export { roleGroups, roleProblems, type RoleArgs, type RoleGroup, type RoleGroupArgs } from "./role-groups";
export { ROLES, type Role, type RoleKey } from "./roles";
export { didYouMean } from "./suggestion";
export { clientIdProblems, defaultClientId, webClient, WEB_CLIENT_NAME, type WebClient } from "./web-client";
