import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dockerHost, type DockerHostSettings } from "../../../components/docker-host";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "docker-home-"));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const folderOf = (context: string) => createHash("sha256").update(context).digest("hex");
/** What `docker context create` writes. */
function context(name: string, host: string, { tls = false } = {}): void {
  const meta = join(home, ".docker", "contexts", "meta", folderOf(name));
  mkdirSync(meta, { recursive: true });
  writeFileSync(
    join(meta, "meta.json"),
    JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: { Host: host, SkipTLSVerify: false } } }),
  );
  if (tls) {
    mkdirSync(join(home, ".docker", "contexts", "tls", folderOf(name), "docker"), { recursive: true });
  }
}
const use = (name: string) => {
  mkdirSync(join(home, ".docker"), { recursive: true });
  writeFileSync(join(home, ".docker", "config.json"), JSON.stringify({ auths: {}, currentContext: name }));
};
const certificates = (): string => {
  const folder = join(home, "certs");
  mkdirSync(folder);
  for (const file of ["ca", "cert", "key"]) writeFileSync(join(folder, `${file}.pem`), `PEM of ${file}`);
  return folder;
};
const resolve = (settings: DockerHostSettings = {}, environment: Record<string, string> = {}) =>
  dockerHost(settings, { HOME: home, ...environment });

const SOCKET = "unix:///var/run/docker.sock";

test("by default it is the local socket, which counts as this machine", () => {
  expect(resolve()).toEqual({
    url: SOCKET,
    isLocal: true,
    connection: { kind: "socket", path: "/var/run/docker.sock" },
  });
});

test.each<[string, DockerHostSettings, Record<string, string>, string]>([
  ["docker:host", { host: "tcp://a:2375" }, { DOCKER_HOST: "tcp://b:2375" }, "tcp://a:2375"],
  ["DOCKER_HOST", {}, { DOCKER_HOST: "tcp://b:2375" }, "tcp://b:2375"],
  ["nothing but blanks", { host: " " }, { DOCKER_HOST: "", DOCKER_CONTEXT: "" }, SOCKET],
  ["docker:context, before docker:host", { context: "c", host: "tcp://a:2375" }, {}, "ssh://admin@c"],
  [
    "docker:context, before the environment",
    { context: "c" },
    { DOCKER_HOST: "tcp://b:2375", DOCKER_CONTEXT: "d" },
    "ssh://admin@c",
  ],
  ["DOCKER_CONTEXT", {}, { DOCKER_CONTEXT: "d" }, "tcp://d:2375"],
])("%s", (_name, settings, environment, url) => {
  context("c", "ssh://admin@c");
  context("d", "tcp://d:2375");
  expect(resolve(settings, environment).url).toBe(url);
});

test("the current context is refused by name, as Docker's provider ignores it", () => {
  context("office", "ssh://office");
  use("office");
  expect(() => resolve()).toThrow(
    "the current Docker context is 'office', which Docker's provider ignores: run `pulumi config set docker:context office` " +
      "to use it, or `pulumi config set docker:host unix:///var/run/docker.sock` for the local Docker",
  );
  expect(resolve({ host: SOCKET }).url).toBe(SOCKET);
  expect(resolve({ context: "office" }).url).toBe("ssh://office");
  use("default");
  expect(resolve().url).toBe(SOCKET);
  context("same", SOCKET);
  use("same");
  expect(resolve().url).toBe(SOCKET);
});

test.each<[string, DockerHostSettings, Record<string, string>, RegExp]>([
  [
    "a context that isn't there",
    { context: "gone" },
    {},
    /^Docker context 'gone' isn't in .*`docker context ls`$/,
  ],
  ["the context called default", { context: "default" }, {}, /unset the context for the local Docker$/],
  [
    "DOCKER_CONTEXT against docker:host",
    { host: "tcp://a:2375" },
    { DOCKER_CONTEXT: "d" },
    /^DOCKER_CONTEXT is 'd', which Docker's provider prefers to the address 'tcp:\/\/a:2375': unset DOCKER_CONTEXT, or/,
  ],
  [
    "DOCKER_CONTEXT against DOCKER_HOST",
    {},
    { DOCKER_CONTEXT: "d", DOCKER_HOST: "tcp://b:2375" },
    /^DOCKER_CONTEXT is 'd'/,
  ],
  [
    "a context with certificates",
    { context: "tls" },
    {},
    /TLS certificates, which Docker's provider ignores: .*docker:certPath/,
  ],
  [
    "DOCKER_TLS_VERIFY alone",
    { host: "tcp://a:2376" },
    { DOCKER_TLS_VERIFY: "1" },
    /^DOCKER_TLS_VERIFY is set, but/,
  ],
  [
    "certificates for a socket",
    {},
    { DOCKER_CERT_PATH: "/certs" },
    /^docker:certPath \(or DOCKER_CERT_PATH\) is set, but certificates are for tcp addresses and Docker is at unix:/,
  ],
  [
    "certificates for ssh",
    { host: "ssh://a", keyMaterial: "k" },
    {},
    /^docker:keyMaterial is set, but certificates are for tcp/,
  ],
  [
    "a folder and texts of certificates",
    { host: "tcp://a:2376", certPath: "/certs", caMaterial: "ca" },
    {},
    /^docker:certPath and docker:caMaterial are both set: unset one of them$/,
  ],
  [
    "a certificate without its authority",
    { host: "tcp://a:2376", certMaterial: "cert", keyMaterial: "key" },
    {},
    /^docker:certMaterial is set without docker:caMaterial: .*set all three$/,
  ],
  [
    "an authority alone",
    { host: "tcp://a:2376", caMaterial: "ca" },
    {},
    /without docker:certMaterial and docker:keyMaterial/,
  ],
  [
    "a folder without certificates",
    { host: "tcp://a:2376", certPath: "/nowhere" },
    {},
    /where ca.pem can't be read \(ENOENT\)/,
  ],
  ["no scheme", { host: "localhost" }, {}, /^'localhost' isn't a Docker address: write one like unix:/],
  ["https", { host: "https://a:2376" }, {}, /write tcp:\/\/a:2376, with docker:certPath for TLS$/],
  ["a password for ssh", { host: "ssh://admin:hush@a" }, {}, /^docker:host contains a password/],
  ["a query for ssh", { host: "ssh://a?x=1" }, {}, /more than user, host, port and path/],
  ["no host for ssh", { host: "ssh://" }, {}, /write one like ssh:\/\/user@host$/],
  ["an impossible port for ssh", { host: "ssh://a:99999" }, {}, /write one like ssh:\/\/user@host$/],
])("%s is refused by name", (_name, settings, environment, reason) => {
  context("tls", "tcp://t:2376", { tls: true });
  expect(() => resolve(settings, environment)).toThrow(reason);
});

test("a password for ssh is not repeated", () => {
  expect(() => resolve({ host: "ssh://admin:hush@a" })).toThrow(/^(?!.*hush)/);
});

test("certificates of a folder, by docker:certPath or DOCKER_CERT_PATH, and those given as texts", () => {
  const certPath = certificates();
  const tls = { ca: "PEM of ca", cert: "PEM of cert", key: "PEM of key" };
  const connection = { kind: "tcp", host: "a", port: 2376, tls };
  expect(resolve({ host: "tcp://a", certPath }).connection).toEqual(connection);
  expect(
    resolve({ host: "tcp://a:2376" }, { DOCKER_CERT_PATH: certPath, DOCKER_TLS_VERIFY: "1" }).connection,
  ).toEqual(connection);
  const texts = { caMaterial: "A", certMaterial: "B", keyMaterial: "C" };
  expect(resolve({ host: "tcp://a", ...texts }).connection).toMatchObject({
    tls: { ca: "A", cert: "B", key: "C" },
  });
  const environment = { DOCKER_CA_MATERIAL: "A", DOCKER_CERT_MATERIAL: "B", DOCKER_KEY_MATERIAL: "C" };
  expect(resolve({ host: "tcp://a" }, environment).connection).toMatchObject({
    tls: { ca: "A", cert: "B", key: "C" },
  });
});

test("without certificates tcp is plain, whatever the port, as it is for Docker's provider", () => {
  expect(resolve({ host: "tcp://a:2376" }).connection).toEqual({ kind: "tcp", host: "a", port: 2376 });
  expect(resolve({ host: "tcp://[::1]" }).connection).toEqual({ kind: "tcp", host: "::1", port: 2375 });
});

test("ssh: user, port, options and a socket elsewhere; names keep their case", () => {
  const ours = ["-o", "BatchMode=yes", "-o", "ConnectTimeout=15", "-T", "--"];
  const args = (settings: DockerHostSettings, environment = {}) => resolve(settings, environment).connection;
  expect(args({ host: "ssh://Files_Server" })).toEqual({
    kind: "ssh",
    args: [...ours, "Files_Server", "docker system dial-stdio"],
  });
  expect(args({ host: "ssh://admin@[::1]:80/run/my docker.sock", sshOpts: ["-J", "jump"] })).toEqual({
    kind: "ssh",
    args: [
      ...["-l", "admin", "-p", "80", "-J", "jump", ...ours, "::1"],
      "docker '--host=unix:///run/my docker.sock' system dial-stdio",
    ],
  });
  expect(args({ host: "ssh://a" }, { DOCKER_SSH_OPTS: "-o  User=x" })).toMatchObject({
    args: ["-o", "User=x", ...ours, "a", "docker system dial-stdio"],
  });
});
