import type * as docker from "@pulumi/docker";
import * as pulumi from "@ocis-pocket-id/providers/sdk";
import { dockerSdk } from "../docker-host/sdk";
import { dockerHostInputs } from "../docker-host/stack";
import { OWNER_LABEL } from "../docker-host/answers";
import { childOpts, componentOpts } from "../inputs";
import type { Certificate } from "../targets/arguments";
import { sha256 } from "../local-files/disk";
import { CertificateAuthority, ContainerStarted, ServicePreflight } from "../service-resources";
import { checkedPem, dockerName, ownerName } from "../targets/container";
import { KEPT_VOLUME, OWN_NETWORK, SERVICE } from "../targets/docker/container";
import { dockerLimits, type Limits, SMALL_LIMITS } from "../targets/limits";
import { caddyfile, CERTIFICATE_FILES, type Site } from "./caddyfile";

/** The default image of Caddy. */
export const DEFAULT_CADDY_IMAGE = "caddy:2.11.9";

/** Arguments of {@link TlsProxy}. */
export interface TlsProxyArgs {
  /** The public addresses, and where their requests go. */
  sites: readonly Site[];
  /**
   * Where certificates come from: `acme` gets them from Let's Encrypt, for which the names must resolve to this host and
   * ports 80 and 443 be open to the internet; `internal` creates a certificate authority for this stack, for trying out; or
   * yours, which must cover all names. @default "acme"
   */
  certificates?: "acme" | "internal" | Certificate | undefined;
  /** Address for Let's Encrypt's notices. @default none */
  acmeEmail?: pulumi.Input<string> | undefined;
  /** Address on the Docker host to listen on. @default "0.0.0.0"; "127.0.0.1" with an internal authority */
  listen?: string | undefined;
  /** Whether browsers should refuse plain http to these hosts for a year (Strict-Transport-Security). @default false */
  hsts?: boolean | undefined;
  /** The image of Caddy 2. @default {@link DEFAULT_CADDY_IMAGE} */
  image?: pulumi.Input<string> | undefined;
  /** How much of the Docker host the container may use. @default { memory: 1024, logs: 50 } */
  limits?: Limits | undefined;
}

/** Where Caddy keeps certificates, and its authority. */
const DATA = "/data";
const AUTHORITY_FILE = `${DATA}/caddy/pki/authorities/local/root.crt`;

/**
 * Caddy in front of oCIS and Pocket ID: TLS for both public names. In its network, the names also lead to it, so oCIS and
 * browsers reach Pocket ID at the same address, the issuer's.
 *
 * @example
 * const proxy = new TlsProxy("proxy", { sites: [{ url: "https://ocis.company.com", upstream: "http://ocis:9200" }] });
 */
export class TlsProxy extends pulumi.ComponentResource {
  /** The Docker network for the servers behind it. Not known before it exists. */
  readonly network: pulumi.Output<string>;
  /** The network's address range: `172.18.0.0/16`. */
  readonly subnet: pulumi.Output<string | undefined>;
  /** PEM text of the internal authority, for everything that connects to the public names; undefined with public certificates. */
  readonly authority: pulumi.Output<string> | undefined;
  readonly container: docker.Container;

  constructor(name: string, args: TlsProxyArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("ocis-pocket-id:index:TlsProxy", name, {}, componentOpts(opts));
    const sdk = dockerSdk();
    const child = childOpts(this, opts);
    const { sites, certificates = "acme", image = DEFAULT_CADDY_IMAGE } = args;
    const labels = [{ label: OWNER_LABEL, value: ownerName(name) }];
    const source = typeof certificates === "object" ? "files" : certificates;
    const ip = args.listen ?? (source === "internal" ? "127.0.0.1" : "0.0.0.0");

    const host = dockerHostInputs(child, undefined);
    const ports = publishedPorts(sites);

    const preflight = new ServicePreflight(
      `${name}-preflight`,
      {
        ...{ docker: host, owner: ownerName(name), containerName: dockerName(name), image },
        ports: ports
          .filter(({ protocol }) => protocol === "tcp")
          .map(({ external }) => ({ ip, port: external })),
      },
      child,
    );
    const checked = { ...child, dependsOn: [preflight] };
    const network = new sdk.Network(
      `${name}-network`,
      { name: dockerName(name), labels },
      { ...checked, ...OWN_NETWORK },
    );
    const data = new sdk.Volume(
      `${name}-data`,
      { name: `${dockerName(name)}-data`, labels },
      // Let's Encrypt limits how often it issues the same certificate.
      { ...checked, ...KEPT_VOLUME },
    );
    const configuration = pulumi
      .output(args.acmeEmail)
      .apply((email) => caddyfile(sites, source, { email, hsts: args.hsts }));
    const own = typeof certificates === "object" ? certificates : undefined;
    const files = [
      { file: "/etc/caddy/Caddyfile", content: configuration },
      ...(own === undefined
        ? []
        : [
            {
              file: CERTIFICATE_FILES.certificate,
              content: checkedPem(own.certificate, "certificates.certificate"),
            },
            {
              file: CERTIFICATE_FILES.privateKey,
              content: pulumi.secret(checkedPem(own.privateKey, "certificates.privateKey")),
            },
          ]),
    ];
    this.container = new sdk.Container(
      `${name}-container`,
      {
        name: dockerName(name),
        image: new sdk.RemoteImage(`${name}-image`, { name: image, keepLocally: true }, child).imageId,
        labels: [
          ...labels,
          { label: "io.github.ocis-pocket-id.caddyfile-sha256", value: configuration.apply(sha256) },
        ],
        uploads: files,
        mounts: [{ type: "volume", source: data.name, target: DATA }],
        networksAdvanced: [{ name: network.name, aliases: sites.map(({ url }) => new URL(url).hostname) }],
        ports: ports.map((port) => ({ ...port, ip })),
        ...SERVICE,
        capabilities: { drops: ["ALL"], adds: ["CAP_NET_BIND_SERVICE"] },
        securityOpts: ["no-new-privileges"],
        ...dockerLimits(args.limits, SMALL_LIMITS),
      },
      { ...checked, deleteBeforeReplace: true },
    );
    const started = new ContainerStarted(
      `${name}-started`,
      {
        ...{ docker: host, container: this.container.name },
        ...(source === "acme" ? { check: hasCertificates(sites) } : {}),
        triggers: { containerId: this.container.id },
      },
      child,
    );

    // With the ID, it isn't known before the network exists: a preview would look for it.
    this.network = pulumi.all([network.name, network.id]).apply(([known]) => known);
    this.subnet = network.ipamConfigs.apply((configs) => configs[0]?.subnet);
    this.authority =
      source === "internal"
        ? new CertificateAuthority(
            `${name}-authority`,
            { docker: host, container: this.container.name, file: AUTHORITY_FILE },
            { ...child, dependsOn: [started] },
          ).certificate
        : undefined;
    this.registerOutputs({ network: this.network, authority: this.authority });
  }
}

/** Whether Caddy has got all certificates: what keeps it from that is in its log. */
function hasCertificates(sites: readonly Site[]): string[] {
  const files = [...new Set(sites.map(({ url }) => new URL(url).hostname))].map(
    (host) => `${DATA}/caddy/certificates/*/${host}/${host}.crt`,
  );
  return ["/bin/sh", "-c", files.map((file) => `ls ${file} >/dev/null 2>&1`).join(" && ")];
}

/** Each site's port, for TCP and for HTTP/3; and 80, where ACME asks and visitors are sent on. Sorted, as Docker's provider needs. */
function publishedPorts(sites: readonly Site[]): { internal: number; external: number; protocol: string }[] {
  const tls = new Set(sites.map(({ url }) => Number(new URL(url).port || "443")));
  const published = [...tls].flatMap((port) => ["tcp", "udp"].map((protocol) => ({ port, protocol })));
  if (tls.has(443)) published.push({ port: 80, protocol: "tcp" });
  return published
    .sort((a, b) => a.port - b.port || a.protocol.localeCompare(b.protocol))
    .map(({ port, protocol }) => ({ internal: port, external: port, protocol }));
}
