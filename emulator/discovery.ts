import { generateKeyPairSync, randomUUID } from "node:crypto";
import { releaseOf } from "./versions";
import type { Call, Reply, Route } from "./routes";

export const discoveryRoutes: Route[] = [
  { method: "GET", path: "/healthz", access: "public", handle: () => ({ status: 204 }) },
  {
    method: "GET",
    path: "/api/version/current",
    access: "user",
    handle: ({ version }) => ({ status: 200, body: { currentVersion: releaseOf[version] } }),
  },
  { method: "GET", path: "/.well-known/openid-configuration", access: "public", handle: openIdConfiguration },
  { method: "GET", path: "/.well-known/jwks.json", access: "public", handle: jwks },
];

const corsPaths = [
  "/api/oidc/token",
  "/api/oidc/userinfo",
  "/api/oidc/introspect",
  "/.well-known/jwks.json",
  "/.well-known/openid-configuration",
];

/** Whether pages of other origins may call the path: those of a login only, never the management API. */
export const isOpenToOtherOrigins = (pathname: string): boolean => corsPaths.includes(pathname);

function openIdConfiguration({ issuer, version }: Call): Reply {
  const recent = version !== "2.9";
  return {
    status: 200,
    body: {
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
    },
  };
}

function claimsSupported(recent: boolean): string[] {
  const names = ["sub", "given_name", "family_name", "name", "email", "email_verified", "preferred_username"];
  return [...names, "picture", "groups", ...(recent ? ["display_name", "auth_time", "amr"] : [])];
}

let keySet: unknown;

/** A key of the right shape; nothing is ever signed with it. */
function jwks(): Reply {
  keySet ??= makeKeySet();
  return { status: 200, body: keySet };
}

function makeKeySet(): unknown {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { keys: [{ ...publicKey.export({ format: "jwk" }), alg: "RS256", use: "sig", kid: randomUUID() }] };
}
