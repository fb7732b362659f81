import { randomBytes } from "node:crypto";
import type { TestCluster } from "../support/kubectl";
import { caller, type PocketIdUnderTest } from "../support/pocket-id";
import { OCIS_HOST, POCKET_ID_HOST, pocketIdVariables, until } from "./company-network";

/** A TLS proxy for both public names in a namespace of a cluster, in place of an Ingress controller. */
export interface ClusterProxy {
  /** PEM of the private authority behind the proxy's certificates. */
  readonly authority: string;
  /** Address of the proxy in the cluster. */
  readonly proxyAddress: string;
  /** Its port on 127.0.0.1. */
  readonly proxyPort: number;
  /** Pocket ID's URL on 127.0.0.1, through the proxy. */
  readonly pocketIdUrl: string;
}

/** What a company has before oCIS: a namespace with Pocket ID and, under both public names, a TLS proxy. */
export interface CompanyCluster extends Omit<ClusterProxy, "pocketIdUrl"> {
  /** The namespace. */
  readonly name: string;
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
  const env = Object.entries(pocketIdVariables(apiKey)).map(([name, value]) => ({ name, value }));
  await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await cluster.apply(
    pod(namespace, "pocket-id", { image: images.pocketId, env }),
    service(namespace, "pocket-id", 1411),
  );
  const pocketId = `pocket-id.${namespace}.svc:1411`;
  const { pocketIdUrl: url, ...proxy } = await startProxy(cluster, namespace, images.caddy, {
    ocis: upstream,
    pocketId,
  });
  const call = caller({ url, apiKey });
  await until("Pocket ID answers", async () => (await call("GET", "/healthz")).status === 204);
  // The first call makes the key's owner, and several at once would be too many.
  await call("GET", "/api/users/me");
  return { ...proxy, name: namespace, pocketId: { url, apiKey, call } };
}

/**
 * @param upstreams where the proxy finds both
 * @param names the public names of both, with a port if that isn't 443; then the proxy has the same one on 127.0.0.1
 */
export async function startProxy(
  cluster: TestCluster,
  namespace: string,
  image: string,
  upstreams: { readonly ocis: string; readonly pocketId: string },
  names = { ocis: OCIS_HOST, pocketId: POCKET_ID_HOST },
): Promise<ClusterProxy> {
  const [, local = ""] = names.ocis.split(":");
  const port = Number(local || 443);
  const caddyfile = `
{
  admin off
  skip_install_trust
}
${names.ocis} {
  tls internal
  reverse_proxy ${upstreams.ocis}
}
${names.pocketId} {
  tls internal
  reverse_proxy ${upstreams.pocketId}
}
http://:8080 {
  reverse_proxy ${upstreams.pocketId}
}
`;
  await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await cluster.apply(
    pod(namespace, "proxy", {
      image,
      command: [
        "/bin/sh",
        "-c",
        'printf "%s" "$CADDYFILE" >/tmp/Caddyfile; exec caddy run --config /tmp/Caddyfile --adapter caddyfile',
      ],
      env: [{ name: "CADDYFILE", value: caddyfile }],
    }),
    service(namespace, "proxy", port),
  );
  await cluster.kubectl(
    "wait",
    `--namespace=${namespace}`,
    "--for=condition=Ready",
    "pod",
    "--all",
    "--timeout=120s",
  );
  const [plainPort, proxyPort] = await Promise.all([
    cluster.forward(namespace, "pod/proxy", 8080),
    cluster.forward(namespace, "pod/proxy", port, local),
  ]);
  let authority = "";
  await until("Caddy has its authority", async () => {
    const file = "/data/caddy/pki/authorities/local/root.crt";
    authority = await cluster.kubectl("exec", `--namespace=${namespace}`, "proxy", "--", "cat", file);
    return authority.includes("-----END CERTIFICATE-----");
  });
  const path = "jsonpath={.spec.clusterIP}";
  const inNamespace = `--namespace=${namespace}`;
  const proxyAddress = await cluster.kubectl("get", "service", "proxy", inNamespace, "--output", path);
  return {
    authority: `${authority}\n`,
    proxyAddress,
    proxyPort,
    pocketIdUrl: `http://127.0.0.1:${plainPort}`,
  };
}

const metadataOf = (namespace: string, name: string) => ({ name, namespace, labels: { app: name } });
const pod = (namespace: string, name: string, container: object) => ({
  ...{ apiVersion: "v1", kind: "Pod", metadata: metadataOf(namespace, name) },
  spec: {
    enableServiceLinks: false,
    containers: [{ name, imagePullPolicy: "IfNotPresent", ...container }],
  },
});
const service = (namespace: string, name: string, port: number) => ({
  ...{ apiVersion: "v1", kind: "Service", metadata: metadataOf(namespace, name) },
  spec: { selector: { app: name }, ports: [{ port }] },
});
