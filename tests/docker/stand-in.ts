import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Docker } from "../support/docker";

/** One for each test process: two runs at once would remove it under each other. */
export const STAND_IN = `ocis-pocket-id-test/stand-in:${process.pid}`;

/**
 * Behaves as oCIS does in what the target relies on: `init` writes the configuration, fails when it is there, and prints
 * the password; a bad csp.yaml stops it with oCIS's own words; the discovery document names the issuer it was told.
 */
const OCIS = `#!/bin/sh
case "$1" in
  init)
    if [ "$2" = --diff ]; then
      printf -- '--- old\\n+++ new\\n@@ -1 +1,3 @@\\n %s\\n+wopi:\\n+  secret: new-one\\n' "$(cat "$6/ocis.yaml")" > "$6/ocis.config.patch"
      exit
    fi
    [ ! -f /etc/ocis/ocis.yaml ] || { echo "config file already exists" >&2; exit 1; }
    echo "admin_password: $IDM_ADMIN_PASSWORD" > /etc/ocis/ocis.yaml || exit 1
    echo "password: $IDM_ADMIN_PASSWORD" ;;
  proxy) exit 0 ;;
  server)
    grep -q "^directives:" "$PROXY_CSP_CONFIG_FILE_LOCATION" || {
      echo '{"level":"fatal","message":"Failed to load CSP configuration.","jwt_secret":"must-not-be-seen"}' >&2
      sleep 1; exit 1
    }
    mkdir -p /tmp/www/.well-known /var/lib/ocis/storage
    printf '{"issuer":"%s"}' "\${STAND_IN_ISSUER:-$OCIS_OIDC_ISSUER}" > /tmp/www/.well-known/openid-configuration
    trap 'exit 0' TERM
    httpd -f -p 9200 -h /tmp/www & wait ;;
esac
`;

/** Makes the image from a static busybox. */
export async function importStandIn(docker: Docker, busybox: string): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "stand-in-"));
  try {
    for (const folder of ["bin", "etc/ocis", "var/lib/ocis", "usr/bin"])
      mkdirSync(join(root, folder), { recursive: true });
    mkdirSync(join(root, "tmp"));
    chmodSync(join(root, "tmp"), 0o1777);
    copyFileSync(busybox, join(root, "bin/busybox"));
    for (const applet of ["sh", "cat", "grep", "mkdir", "mv", "httpd", "sleep", "wget", "timeout", "stat"]) {
      symlinkSync("busybox", join(root, "bin", applet));
    }
    writeFileSync(join(root, "etc/passwd"), "ocis:x:1000:1000::/var/lib/ocis:/bin/sh\n");
    writeFileSync(join(root, "usr/bin/ocis"), OCIS, { mode: 0o755 });
    const archive = `${root}.tar`;
    const owner = ["--numeric-owner", "--owner=1000", "--group=1000"];
    execFileSync("tar", ["-C", root, ...owner, "-cf", archive, "."]);
    const changes = [
      "USER 1000",
      "ENV PATH=/usr/bin:/bin",
      'ENTRYPOINT ["/usr/bin/ocis"]',
      "VOLUME /etc/ocis /var/lib/ocis",
    ];
    const printed = await docker.run("import", ...changes.flatMap((change) => ["--change", change]), archive);
    // Podman prints it twice.
    const [id = ""] = /sha256:[0-9a-f]{64}/.exec(printed) ?? [];
    await docker.run("tag", id, STAND_IN);
  } finally {
    for (const path of [root, `${root}.tar`]) rmSync(path, { recursive: true, force: true });
  }
}
