export * from "./clients";
export {
  contentSecurityPolicy,
  contentSecurityPolicyDirectives,
  contentSecurityPolicyProblems,
  type ContentSecurityPolicyArgs,
  type PolicyMode,
} from "./content-security-policy/policy";
export { unknownPolicyWarning } from "./content-security-policy/shipped";
export * from "./environment";
export * from "./environment-variables";
export * from "./hosts";
export { didYouMean, type Problem, refuse, SettingsError } from "./problem";
export * from "./products";
export * from "./roles";
