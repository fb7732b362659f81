import type Docker from "dockerode";
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

/** One for each test process: two runs at once would remove it under each other. */
export const STAND_IN = `ocis-pocket-id-test/stand-in:${process.pid}`;

/**
 * Behaves as oCIS does in what the target relies on: `init` writes the configuration, fails when it is there, and prints
 * the password; a bad csp.yaml stops it with oCIS's own words; the discovery document names the issuer it was told.
 */
const OCIS = `#!/bin/sh
case "$1" in
  init)
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

/** Makes the image from a static busybox, as `docker import` would. */
export async function importStandIn(docker: Docker, busybox: string): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "stand-in-"));
  try {
    for (const folder of ["bin", "etc/ocis", "var/lib/ocis", "usr/bin"])
      mkdirSync(join(root, folder), { recursive: true });
    mkdirSync(join(root, "tmp"));
    chmodSync(join(root, "tmp"), 0o1777);
    copyFileSync(busybox, join(root, "bin/busybox"));
    for (const applet of ["sh", "cat", "grep", "mkdir", "httpd", "sleep", "wget", "timeout"]) {
      symlinkSync("busybox", join(root, "bin", applet));
    }
    writeFileSync(join(root, "etc/passwd"), "ocis:x:1000:1000::/var/lib/ocis:/bin/sh\n");
    writeFileSync(join(root, "usr/bin/ocis"), OCIS, { mode: 0o755 });
    const tar = spawnSync("tar", ["-C", root, "--numeric-owner", "--owner=1000", "--group=1000", "-c", "."], {
      maxBuffer: 64 * 2 ** 20,
    });
    const [repo = "", tag = ""] = STAND_IN.split(":");
    const changes = [
      "USER 1000",
      "ENV PATH=/usr/bin:/bin",
      'ENTRYPOINT ["/usr/bin/ocis"]',
      "VOLUME /etc/ocis /var/lib/ocis",
    ];
    const progress = await docker.importImage(Readable.from([tar.stdout]), { repo, tag, changes });
    let said = "";
    for await (const chunk of progress) said += String(chunk);
    // Podman imports without the tag.
    const [id = ""] = /sha256:[0-9a-f]{64}/.exec(said) ?? [];
    await docker.getImage(id).tag({ repo, tag });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
