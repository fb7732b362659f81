import { generateKeyPairSync, randomUUID } from "node:crypto";
import { releaseOf } from "./versions";
import { type Call, noContent, ok, type Reply, route } from "./routes";

export const discoveryRoutes = [
  route("GET /healthz", () => noContent, { access: "public" }),
  route("GET /api/version/current", ({ version }) => ok({ currentVersion: releaseOf[version] }), {
    access: "user",
  }),
  route("GET /.well-known/openid-configuration", openIdConfiguration, { access: "public" }),
  route("GET /.well-known/jwks.json", jwks, { access: "public" }),
];

const corsPaths = [
  "/api/oidc/token",
  "/api/oidc/userinfo",
  "/api/oidc/introspect",
  "/.well-known/jwks.json",
  "/.well-known/openid-configuration",
];

/** Whether pages of other origins may call the path: only those that a login needs, never the management API. */
export const isOpenToOtherOrigins = (pathname: string): boolean => corsPaths.includes(pathname);

function openIdConfiguration({ issuer, version }: Call): Reply {
  const recent = version !== "2.9";
  return ok({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/api/oidc/token`,
    userinfo_endpoint: `${issuer}/api/oidc/userinfo`,
    end_session_endpoint: `${issuer}/api/oidc/end-session`,
    introspection_endpoint: `${issuer}/api/oidc/introspect`,
    device_authorization_endpoint: `${issuer}/api/oidc/device/authorize`,
    pushed_authorization_request_endpoint: `${issuer}/api/oidc/par`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    grant_types_supported: [
      "authorization_code",
      "refresh_token",
      "urn:ietf:params:oauth:grant-type:device_code",
      "client_credentials",
    ],
    scopes_supported: ["openid", "profile", "email", "groups", ...(recent ? ["offline_access"] : [])],
    claims_supported: claimsSupported(recent),
    response_types_supported: recent ? ["code"] : ["code", "id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    authorization_response_iss_parameter_supported: true,
    code_challenge_methods_supported: ["plain", "S256"],
    prompt_values_supported: ["none", "login", "consent", "select_account"],
    token_endpoint_auth_methods_supported: [
      "client_secret_basic",
      "client_secret_post",
      ...(recent ? [] : ["private_key_jwt"]),
      "none",
    ],
    require_pushed_authorization_requests: false,
  });
}

function claimsSupported(recent: boolean): string[] {
  const names = ["sub", "given_name", "family_name", "name", "email", "email_verified", "preferred_username"];
  return [...names, "picture", "groups", ...(recent ? ["display_name", "auth_time", "amr"] : [])];
}

let keySet: unknown;

/** A real key, with which nothing is ever signed. */
function jwks(): Reply {
  if (keySet === undefined) {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    keySet = {
      keys: [{ ...publicKey.export({ format: "jwk" }), alg: "RS256", use: "sig", kid: randomUUID() }],
    };
  }
  return ok(keySet);
}
