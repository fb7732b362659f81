import { createHash, createHmac } from "node:crypto";
import { dump } from "js-yaml";

/** What {@link ocisConfiguration} depends on. */
export interface OcisSecrets {
  /** From which all secrets are derived. */
  seed: string;
  /** The password of oCIS's built-in admin. */
  adminPassword: string;
}

/** How the first line of an ocis.yaml begins that comes from a stack; the seed's fingerprint follows. */
const MARK = "# From the secrets of a Pulumi stack, fingerprint ";

/**
 * The text of ocis.yaml as `ocis init` writes it, but with secrets that are always the same for a seed. Keys that an older
 * oCIS doesn't know are ignored by it.
 *
 * @see ocis/pkg/init/init.go of oCIS
 */
export function ocisConfiguration({ seed, adminPassword }: OcisSecrets): string {
  const bytes = (use: string) => createHmac("sha256", seed).update(use).digest();
  const secret = (use: string) => bytes(use).toString("base64url").slice(0, 32);
  const ldap = (use: string) => ({ ldap: { bind_password: secret(use) } });
  const account = {
    service_account_id: uuidOf(bytes("service-account-id")),
    service_account_secret: secret("service-account-secret"),
  };
  const mountId = uuidOf(bytes("storage-users-mount-id"));
  const withAccount = { service_account: account };
  const file = {
    token_manager: { jwt_secret: secret("jwt") },
    machine_auth_api_key: secret("machine-auth"),
    system_user_api_key: secret("system-user"),
    transfer_secret: secret("transfer"),
    system_user_id: uuidOf(bytes("system-user-id")),
    admin_user_id: uuidOf(bytes("admin-user-id")),
    graph: {
      application: { id: uuidOf(bytes("graph-application-id")) },
      identity: ldap("idm"),
      ...withAccount,
    },
    idp: ldap("idp"),
    idm: {
      service_user_passwords: {
        admin_password: adminPassword,
        idm_password: secret("idm"),
        reva_password: secret("reva"),
        idp_password: secret("idp"),
      },
    },
    collaboration: { wopi: { secret: secret("wopi") } },
    auth_basic: { auth_providers: ldap("reva") },
    users: { drivers: ldap("reva") },
    groups: { drivers: ldap("reva") },
    thumbnails: { thumbnail: { transfer_secret: secret("thumbnails") } },
    settings: { service_account_ids: [account.service_account_id] },
    storage_users: { mount_id: mountId, ...withAccount },
    gateway: { storage_registry: { storage_users_mount_id: mountId } },
    ...Object.fromEntries(WITH_ACCOUNT.map((service) => [service, withAccount])),
  };
  return `${MARK}${fingerprintOf(seed)}\n${dump(file, { noRefs: true })}`;
}

/** The other services that use the service account. */
const WITH_ACCOUNT = [
  "activitylog",
  "auth_service",
  "clientlog",
  "frontend",
  "notifications",
  "ocm",
  "proxy",
  "search",
  "userlog",
] as const;

/** Tells seeds apart without giving them away. */
export function fingerprintOf(seed: string): string {
  return createHash("sha256").update(`fingerprint ${seed}`).digest("hex").slice(0, 16);
}

/** The fingerprint in an ocis.yaml; undefined if `ocis init` wrote it. */
export function fingerprintIn(ocisYaml: string): string | undefined {
  return ocisYaml.startsWith(MARK) ? ocisYaml.slice(MARK.length, MARK.length + 16) : undefined;
}

/** A version 4 UUID of given bytes. */
function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  const variant = ((parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
