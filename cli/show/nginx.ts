import type { SnapshotResource } from "../stacks";

/** Where nginx finds Pocket ID if it runs on the same machine. */
const POCKET_ID_UPSTREAM = "http://127.0.0.1:1411";

/** nginx's server blocks for both public addresses of an oCIS, for nginx 1.18 and later. */
export function nginxConfiguration({ outputs }: Pick<SnapshotResource, "outputs">): string {
  const { publishedUrl, container } = (outputs["deployment"] ?? {}) as Record<string, string | undefined>;
  const ocis =
    publishedUrl ?? (container === undefined ? "http://127.0.0.1:9200" : `http://${container}:9200`);
  const issuer = new URL(String(outputs["issuer"]));
  const ocisUrl = new URL(String(outputs["ocisUrl"]));
  const blocks = [
    ...[ocisUrl, issuer].filter(({ port }) => port === "").map(sendToHttps),
    server(ocisUrl, ocis, FILES),
    // A Pocket ID without a TLS proxy has no public address that nginx could serve.
    ...(issuer.protocol === "https:" ? [server(issuer, POCKET_ID_UPSTREAM, LONG_HEADERS)] : []),
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
