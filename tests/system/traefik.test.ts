import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Docker } from "../support/docker";
import { uniqueName } from "../support/pocket-id";
import { makeAuthority } from "./authority";
import { ManagedCompany } from "./managed-company";
import { systemParts } from "./parts";

const image = process.env["TEST_TRAEFIK_IMAGE"] ?? "";
const parts = systemParts();
const missing =
  "missing" in parts ? parts.missing : image === "" ? "TEST_TRAEFIK_IMAGE must name one" : undefined;
if (missing !== undefined) console.log(`The test behind Traefik is skipped: ${missing}`);
const describeWithParts = missing === undefined ? describe : describe.skip;

/** A Traefik that somebody else runs, with certificates of a private authority. */
describeWithParts("a managed stack behind Traefik", () => {
  const docker = new Docker();
  const name = uniqueName("traefik");
  const network = `${name}-web`;
  const checkout = process.cwd();
  let certificates: string;
  let company: ManagedCompany;

  beforeAll(async () => {
    if ("missing" in parts) return;
    company = await ManagedCompany.create(docker, name, parts);
    const { keys } = company;
    for (const key of ["certificates", "proxyImage"]) Reflect.deleteProperty(keys, key);
    certificates = mkdtempSync(join(tmpdir(), "traefik-"));
    const caCertificate = makeCertificates(certificates);
    Object.assign(keys, { caCertificate, traefik: JSON.stringify({ network, entryPoint: "https" }) });
  });
  afterAll(async () => {
    await company.remove(checkout);
    rmSync(certificates, { recursive: true });
  });

  const startTraefik = async () => {
    const { port } = new URL(`https://${company.keys["ocisHost"] ?? ""}`);
    // Where `host-gateway` leads to.
    const { IPAM } = await docker.inspect<{ IPAM: { Config: [{ Subnet: string }] } }>("network", "bridge");
    const gateway = IPAM.Config[0].Subnet.replace(/\d+\/\d+$/, "1");
    const published = ["127.0.0.1", gateway].flatMap((ip) => ["--publish", `${ip}:${port}:443`]);
    const volumes = ["/var/run/docker.sock:/var/run/docker.sock", `${certificates}:/certificates:ro`];
    await docker.run(
      ...["run", "--detach", "--name", `${name}-traefik`, "--network", network, ...published],
      ...volumes.flatMap((volume) => ["--volume", volume]),
      ...[image, "--entrypoints.https.address=:443", "--providers.file.filename=/certificates/tls.yaml"],
      "--providers.docker.exposedbydefault=false",
    );
  };

  test("a network that isn't there is an error before anything is created", async () => {
    await expect(company.up()).rejects.toThrow(`network '${network}' does not exist`);
    expect(await docker.names("container", `name=${name}`)).toEqual([]);
  });

  test("people log in and upload through it, and a second preview is empty", async () => {
    await docker.run("network", "create", network);
    await startTraefik();
    await company.up();
    Object.assign(company.outputs, { authority: company.keys["caCertificate"] });
    await company.begin();
    await company.check();
    expect((await company.stack.preview({ refresh: true })).changes).toEqual({
      same: expect.any(Number) as number,
    });
    const { Containers } = await docker.inspect<{ Containers: Record<string, { Name: string }> }>(
      "network",
      network,
    );
    const joined = Object.values(Containers).map(({ Name }) => Name);
    expect(joined.sort()).toEqual([`${name}-test-ocis`, `${name}-test-pocket-id`, `${name}-traefik`]);
    const { Config } = await docker.inspect<{ Config: { Env: string[] } }>(
      "container",
      company.container("pocket-id"),
    );
    // A range since Pocket ID 2.11.
    expect(Config.Env.join("\n")).toMatch(/^TRUST_PROXY=(true|[\d.]+\/\d+)$/m);
  });

  test("strangers can't become admin at the setup page", async () => {
    const { issuer } = company.outputs;
    const { status, text } = await company.browser.send("POST", `${issuer}/api/signup/setup`, { body: "{}" });
    expect([status, text]).toEqual([404, "404 page not found\n"]);
    expect((await company.browser.send("GET", `${issuer}/setup`)).status).toBe(200);
  });
});

/** Makes a certificate for both names, and Traefik's file about it. @returns its authority's certificate */
function makeCertificates(folder: string): string {
  const { authority, certificate, key } = makeAuthority("ocis.localhost", "pocket-id.localhost");
  writeFileSync(join(folder, "tls.crt"), certificate);
  writeFileSync(join(folder, "tls.key"), key);
  writeFileSync(
    join(folder, "tls.yaml"),
    "tls:\n  certificates:\n    - certFile: /certificates/tls.crt\n      keyFile: /certificates/tls.key\n",
  );
  return authority;
}
