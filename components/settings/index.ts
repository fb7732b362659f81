export * from "./clients";
export {
  contentSecurityPolicy,
  contentSecurityPolicyDirectives,
  contentSecurityPolicyProblems,
  type ContentSecurityPolicyArgs,
  type Directives,
} from "./content-security-policy/policy";
export * from "./environment";
export * from "./environment-variables";
export * from "./hosts";
export { didYouMean, type Problem, refuse, SettingsError } from "./problem";
export * from "./roles";
