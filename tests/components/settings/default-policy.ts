import { contentSecurityPolicyDirectives } from "../../../components/settings";

export const ISSUER = "https://pocket-id.company.com";
export const AWESOME = "https://raw.githubusercontent.com/owncloud/awesome-ocis/";
export const defaults = contentSecurityPolicyDirectives(ISSUER);
