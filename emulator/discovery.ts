import { generateKeyPairSync, randomUUID } from "node:crypto";
import { noContent, ok, type Reply } from "./answers";
import { type Call, route } from "./routes";
import { releaseOf } from "./schemas";

export const discoveryRoutes = [
  route("GET /healthz", () => noContent, { access: "public" }),
  route("GET /api/version/current", ({ version }) => ok({ currentVersion: releaseOf[version] }), {
    access: "user",
  }),
  route("GET /.well-known/openid-configuration", openIdConfiguration, { access: "public" }),
  route("GET /.well-known/jwks.json", jwks, { access: "public" }),
];

function openIdConfiguration({ issuer, version }: Call): Reply {
  const recent = version !== "2.9";
  const userInfo = "sub given_name family_name name email email_verified preferred_username picture groups";
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
    claims_supported: [...userInfo.split(" "), ...(recent ? ["display_name", "auth_time", "amr"] : [])],
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

let key: unknown;

/** A real key, with which nothing is ever signed. */
function jwks(): Reply {
  key ??= {
    ...generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ format: "jwk" }),
    ...{ alg: "RS256", use: "sig", kid: randomUUID() },
  };
  return ok({ keys: [key] });
}
