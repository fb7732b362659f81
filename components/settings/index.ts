export {
  clientIdProblems,
  defaultClientId,
  NATIVE_CLIENTS,
  type NativeCallbackUrls,
  type NativeClient,
  nativeCallbackProblems,
  type NativeClientKey,
  webClient,
  WEB_CLIENT_NAME,
  type WebClient,
} from "./clients";
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
export { ENVIRONMENT_REASONS, ENVIRONMENT_SYNONYMS, type Synonym } from "./environment-variables";
export { deploymentHosts, hostProblems, type DeploymentHosts, type HostArgs } from "./hosts";
export { didYouMean, type Problem, refuse, SettingsError } from "./problem";
export {
  claimKeyProblems,
  DEFAULT_CLAIM_KEY,
  type Role,
  type RoleArgs,
  type RoleGroup,
  type RoleGroupArgs,
  roleGroups,
  type RoleKey,
  roleProblems,
  ROLES,
} from "./roles";
