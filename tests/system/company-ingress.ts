import { createServer } from "node:http";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import type { TestCluster } from "../support/kubectl";
import { makeAuthority, type Signed } from "./authority";
import type { Elsewhere } from "./browser";
import { OCIS_HOST, POCKET_ID_HOST } from "./company-network";

const TLS_SECRET = "company-tls";
const CERT_MANAGER = "cert-manager";

/** One way from outside to the pods. */
export interface Way {
  readonly title: string;
  /** Why it can't be tested here; undefined if it can. */
  readonly missing: string | undefined;
  /** What it needs before. @returns the key `kubernetes` of the stack */
  prepare(cluster: TestCluster, name: string, signed: Signed): Promise<object>;
}

const variable = (name: string) => process.env[name] ?? "";
const unset = (...names: string[]) => {
  const missing = names.filter((name) => variable(name) === "");
  return missing.length === 0 ? undefined : `${missing.join(", ")} must be set`;
};

/** Address where pods and this machine reach the controllers, at ports 80 and 443. */
export const address = () => variable("TEST_INGRESS_ADDRESS");

/** The ways that the environment names. */
export const WAYS: readonly Way[] = [
  {
    title: "an Ingress with a certificate of the company's",
    missing: unset("TEST_INGRESS_CLASS", "TEST_INGRESS_ADDRESS"),
    async prepare(cluster, name, signed) {
      await cluster.apply(
        { apiVersion: "v1", kind: "Namespace", metadata: { name } },
        tlsSecret(name, signed),
      );
      const ingress = { className: variable("TEST_INGRESS_CLASS"), tlsSecret: TLS_SECRET };
      return { namespace: name, createNamespace: false, ingress };
    },
  },
  {
    title: "an Ingress with certificates of cert-manager's",
    missing: unset("TEST_INGRESS_CLASS", "TEST_INGRESS_ADDRESS", "TEST_CERT_MANAGER"),
    async prepare(cluster, name, { authority, authorityKey }) {
      const secret = { apiVersion: "v1", kind: "Secret", metadata: { name, namespace: CERT_MANAGER } };
      await cluster.apply(
        {
          ...secret,
          type: "kubernetes.io/tls",
          stringData: { "tls.crt": authority, "tls.key": authorityKey },
        },
        {
          ...{ apiVersion: "cert-manager.io/v1", kind: "ClusterIssuer", metadata: { name } },
          spec: { ca: { secretName: name } },
        },
      );
      return { ingress: { className: variable("TEST_INGRESS_CLASS"), clusterIssuer: name } };
    },
  },
  {
    title: "a Gateway",
    missing: unset("TEST_GATEWAY_CLASS", "TEST_INGRESS_ADDRESS"),
    async prepare(cluster, name, signed) {
      const allowedRoutes = { namespaces: { from: "All" } };
      const tls = { mode: "Terminate", certificateRefs: [{ name: TLS_SECRET }] };
      await cluster.apply(
        { apiVersion: "v1", kind: "Namespace", metadata: { name } },
        tlsSecret(name, signed),
        {
          ...{ apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway" },
          metadata: { name: "web", namespace: name },
          spec: {
            gatewayClassName: variable("TEST_GATEWAY_CLASS"),
            listeners: [
              { name: "http", port: 80, protocol: "HTTP", allowedRoutes },
              { name: "https", port: 443, protocol: "HTTPS", allowedRoutes, tls },
            ],
          },
        },
      );
      return { gateway: { name: "web", namespace: name, sectionName: "https" } };
    },
  },
];

/** Removes what isn't in the company's namespaces. */
export async function removeIssuer(cluster: TestCluster, name: string) {
  if (unset("TEST_CERT_MANAGER") !== undefined) return;
  await cluster.kubectl("delete", "clusterissuer", name, "--ignore-not-found");
  await cluster.kubectl("delete", "secret", name, `--namespace=${CERT_MANAGER}`, "--ignore-not-found");
}

const tlsSecret = (namespace: string, { certificate, key }: Signed) => ({
  ...{ apiVersion: "v1", kind: "Secret", type: "kubernetes.io/tls" },
  metadata: { name: TLS_SECRET, namespace },
  stringData: { "tls.crt": certificate, "tls.key": key },
});

export const makeCompanysAuthority = () => makeAuthority(OCIS_HOST, POCKET_ID_HOST);

/** On 127.0.0.1, what leads to a host behind the controller: DNS has no name of the test's. */
export async function leadTo(host: string, { ip, port }: Elsewhere[string], authority: string) {
  const server = createServer((asked, answer) => {
    const { method, url, headers } = asked;
    const options = { method, path: url, headers: { ...headers, host }, servername: host, ca: authority };
    const sent = request({ ...options, host: ip, port }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    sent.on("error", () => answer.writeHead(502).end());
    asked.pipe(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
