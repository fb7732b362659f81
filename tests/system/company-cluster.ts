import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestCluster } from "../support/kubectl";
import { caller, type PocketIdUnderTest } from "../support/pocket-id";
import { OCIS_HOST, POCKET_ID_HOST } from "./company-network";

/** What a company has before oCIS: a namespace with Pocket ID and, under both public names, a TLS proxy. */
export interface CompanyCluster {
  /** PEM of the private authority behind the proxy's certificates. */
  readonly authority: string;
  /** Address of the proxy in the cluster. */
  readonly proxyAddress: string;
  /** Its port on 127.0.0.1. */
  readonly proxyPort: number;
  readonly pocketId: {
    readonly url: string;
    readonly apiKey: string;
    readonly call: PocketIdUnderTest["call"];
  };
}

/** @param upstream where the proxy finds oCIS: `ocis.its-namespace.svc:9200` */
export async function startCompanyCluster(
  cluster: TestCluster,
  namespace: string,
  images: { readonly pocketId: string; readonly caddy: string },
  upstream: string,
): Promise<CompanyCluster> {
  const apiKey = randomBytes(24).toString("hex");
  const env = Object.entries({
    APP_URL: `https://${POCKET_ID_HOST}`,
    ENCRYPTION_KEY: randomBytes(16).toString("hex"),
    STATIC_API_KEY: apiKey,
    TRUST_PROXY: "true",
    ANALYTICS_DISABLED: "true",
    VERSION_CHECK_DISABLED: "true",
  }).map(([name, value]) => ({ name, value }));
  const caddyfile = `
{
  admin off
  skip_install_trust
}
${OCIS_HOST} {
  tls internal
  reverse_proxy ${upstream}
}
${POCKET_ID_HOST} {
  tls internal
  reverse_proxy pocket-id.${namespace}.svc:1411
}
`;
  const metadata = (name: string) => ({ name, namespace, labels: { app: name } });
  const pod = (name: string, container: object) => ({
    ...{ apiVersion: "v1", kind: "Pod", metadata: metadata(name) },
    spec: {
      enableServiceLinks: false,
      containers: [{ name, imagePullPolicy: "IfNotPresent", ...container }],
    },
  });
  const service = (name: string, port: number) => ({
    ...{ apiVersion: "v1", kind: "Service", metadata: metadata(name) },
    spec: { selector: { app: name }, ports: [{ port }] },
  });
  await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await cluster.apply(
    pod("pocket-id", { image: images.pocketId, env }),
    service("pocket-id", 1411),
    pod("proxy", {
      image: images.caddy,
      command: [
        "/bin/sh",
        "-c",
        'printf "%s" "$CADDYFILE" >/tmp/Caddyfile; exec caddy run --config /tmp/Caddyfile --adapter caddyfile',
      ],
      env: [{ name: "CADDYFILE", value: caddyfile }],
    }),
    service("proxy", 443),
  );
  await cluster.kubectl(
    "wait",
    `--namespace=${namespace}`,
    "--for=condition=Ready",
    "pod",
    "--all",
    "--timeout=120s",
  );
  const [pocketIdPort, proxyPort] = await Promise.all([
    cluster.forward(namespace, "pod/pocket-id", 1411),
    cluster.forward(namespace, "pod/proxy", 443),
  ]);
  const url = `http://127.0.0.1:${pocketIdPort}`;
  const call = caller({ url, apiKey });
  await until("Pocket ID answers", async () => (await call("GET", "/healthz")).status === 204);
  // The first call makes the key's owner, and several at once would be too many.
  await call("GET", "/api/users/me");
  let authority = "";
  await until("Caddy has its authority", async () => {
    const file = "/data/caddy/pki/authorities/local/root.crt";
    authority = await cluster.kubectl("exec", `--namespace=${namespace}`, "proxy", "--", "cat", file);
    return authority.includes("-----END CERTIFICATE-----");
  });
  const path = "jsonpath={.spec.clusterIP}";
  const proxyAddress = await cluster.kubectl(
    "get",
    "service",
    "proxy",
    `--namespace=${namespace}`,
    "--output",
    path,
  );
  return { authority: `${authority}\n`, proxyAddress, proxyPort, pocketId: { url, apiKey, call } };
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    if (await isSo().catch(() => false)) return;
    if (Date.now() > end) throw new Error(`waited a minute in vain until ${what}`);
    await sleep(300);
  }
}
