import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a private authority signed, as PEM texts. */
export interface Signed {
  /** The authority's certificate. */
  readonly authority: string;
  readonly authorityKey: string;
  readonly certificate: string;
  readonly key: string;
}

/** Makes a private authority, and a certificate of it for these hosts. */
export function makeAuthority(...hosts: string[]): Signed {
  const folder = mkdtempSync(join(tmpdir(), "authority-"));
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const read = (file: string) => readFileSync(join(folder, file), "utf8");
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const ca = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"];
  try {
    const subject = ["-days", "2", "-subj", "/CN=Test authority"];
    openssl("req", "-x509", ...key, ...subject, "-keyout", "ca.key", "-out", "ca.crt");
    openssl("req", ...key, "-keyout", "tls.key", "-out", "tls.csr", "-subj", `/CN=${hosts[0] ?? ""}`);
    writeFileSync(join(folder, "names"), `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(",")}\n`);
    openssl("x509", "-req", "-in", "tls.csr", ...ca, "-extfile", "names", "-out", "tls.crt");
    return {
      ...{ authority: read("ca.crt"), authorityKey: read("ca.key") },
      ...{ certificate: read("tls.crt"), key: read("tls.key") },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
