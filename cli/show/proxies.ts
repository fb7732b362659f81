import { dump } from "js-yaml";
import type { SnapshotResource } from "../stacks";
import { productIn } from "../stacks/subject";

/** Where nginx finds Pocket ID if it runs on the same machine. */
const POCKET_ID_UPSTREAM = "http://127.0.0.1:1411";

type Component = Pick<SnapshotResource, "outputs">;

/** The configurations of proxies that people have, for both public addresses of an oCIS. */
export const PROXIES = { nginx: nginxConfiguration, traefik: traefikConfiguration };

/** Both addresses, and where a proxy on the Docker host or one in oCIS's network reaches it. */
function addressesOf({ outputs }: Component) {
  const { publishedUrl, service, container = service } = (outputs["deployment"] ?? {}) as Record<string, string | undefined>;
  const inNetwork = container === undefined ? "http://127.0.0.1:9200" : `http://${container}:9200`;
  const address = (name: "ocisUrl" | "issuer") => new URL(String(outputs[name]));
  return {
    ...{ ocisUrl: address("ocisUrl"), issuer: address("issuer") },
    ...{ onHost: publishedUrl ?? inNetwork, inNetwork },
  };
}

/** A file for the file provider of a Traefik in oCIS's network. The names of entry point and resolver are those of Traefik's documentation. */
function traefikConfiguration(component: Component): string {
  const { ocisUrl, issuer, inNetwork } = addressesOf(component);
  const all = [
    { name: productIn(component.outputs), host: ocisUrl.hostname, url: inNetwork },
    { name: "pocket-id", host: issuer.hostname, url: "http://pocket-id:1411" },
  ];
  const routers = all.map(({ name, host }) => [
    name,
    {
      rule: `Host(\`${host}\`)`,
      entryPoints: ["websecure"],
      service: name,
      tls: { certResolver: "letsencrypt" },
    },
  ]);
  const services = all.map(({ name, url }) => [name, { loadBalancer: { servers: [{ url }] } }]);
  const http = {
    routers: Object.fromEntries(routers) as object,
    services: Object.fromEntries(services) as object,
  };
  return dump({ http }, { lineWidth: -1 });
}

/** Server blocks for nginx 1.18 and later. */
function nginxConfiguration(component: Component): string {
  const { ocisUrl, issuer, onHost } = addressesOf(component);
  const blocks = [
    ...[ocisUrl, issuer].filter(({ port }) => port === "").map(sendToHttps),
    server(ocisUrl, onHost, FILES),
    server(issuer, POCKET_ID_UPSTREAM, LONG_HEADERS),
  ];
  return blocks.join("\n");
}

const FILES = [
  "# Files of any size, passed on as they come; events and long downloads stay open.",
  "client_max_body_size 0;",
  "proxy_request_buffering off;",
  "proxy_buffering off;",
  "proxy_read_timeout 3600s;",
  "proxy_send_timeout 3600s;",
];

const LONG_HEADERS = [
  "# Pocket ID's headers can be long.",
  "proxy_busy_buffers_size 512k;",
  "proxy_buffers 4 512k;",
  "proxy_buffer_size 256k;",
];

function server({ hostname, port }: URL, upstream: string, more: readonly string[]): string {
  const number = port === "" ? "443" : port;
  const certificates = `/etc/letsencrypt/live/${hostname}`;
  return block("server", [
    `listen ${number} ssl;`,
    `listen [::]:${number} ssl;`,
    `server_name ${hostname};`,
    `ssl_certificate     ${certificates}/fullchain.pem;`,
    `ssl_certificate_key ${certificates}/privkey.pem;`,
    "",
    ...more,
    "",
    // No CORS headers: both programs send their own, and browsers refuse a second set.
    ...block("location /", [
      `proxy_pass ${upstream};`,
      "proxy_http_version 1.1;",
      "proxy_set_header Host $http_host;",
      "proxy_set_header Upgrade $http_upgrade;",
      "proxy_set_header Connection $http_connection;",
      "# What visitors send of these is replaced: Pocket ID limits logins by address.",
      "proxy_set_header X-Forwarded-For $remote_addr;",
      "proxy_set_header X-Forwarded-Host $http_host;",
      "proxy_set_header X-Forwarded-Proto $scheme;",
    ])
      .trimEnd()
      .split("\n"),
  ]);
}

function sendToHttps({ hostname }: URL): string {
  return block("server", [
    "listen 80;",
    "listen [::]:80;",
    `server_name ${hostname};`,
    "return 308 https://$host$request_uri;",
  ]);
}

function block(name: string, lines: readonly string[]): string {
  const inner = lines.map((line) => (line === "" ? "\n" : `    ${line}\n`));
  return `${name} {\n${inner.join("")}}\n`;
}
