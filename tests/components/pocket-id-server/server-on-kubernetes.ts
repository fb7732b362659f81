import { PocketIdOnKubernetes, type PocketIdOnKubernetesArgs } from "@ocis-pocket-id/components";
import { withoutWaits } from "../../support/without-waits";
import { mockEngine, run } from "../targets/mocks";

withoutWaits();
beforeAll(mockEngine);
beforeEach(() => {
  jest.spyOn(console, "warn").mockImplementation();
});

export const URL = "https://pocket-id.company.com";
export const ADMIN = { username: "alice", email: "alice@company.com" };
export const OWNER = "shop/prod/pocket-id";
export const NAMESPACE = "shop-prod-pocket-id";
export const LABELS = {
  "app.kubernetes.io/name": "pocket-id",
  "app.kubernetes.io/instance": "pocket-id",
  "app.kubernetes.io/managed-by": "pulumi",
};
export const ANNOTATIONS = {
  "pulumi.com/skipAwait": "true",
  "pulumi.com/patchForce": "true",
  "io.github.ocis-pocket-id.owner": OWNER,
};

/** The resources of a server. */
export const server = (args: Partial<PocketIdOnKubernetesArgs> = {}) =>
  run(() => new PocketIdOnKubernetes("pocket-id", { url: URL, ...args }));
export const metadata = (name: unknown, annotations = ANNOTATIONS) => ({
  ...{ name, namespace: NAMESPACE, labels: LABELS, annotations },
});

interface Template {
  spec: {
    containers: { env: { name: string; value?: string; valueFrom?: object }[]; resources: object }[];
    volumes: object[];
  };
}
export const templateOf = (inputs: Record<string, Record<string, unknown>>) =>
  (inputs["pocket-id-stateful-set"]?.["spec"] as { template: Template }).template;
/** A secret on its way to the engine, which keeps it encrypted in state. Source: `specialSigKey` of the SDK. */
export const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});
export const base64 = (text: string) => Buffer.from(text).toString("base64");
export const dataOf = (inputs: Record<string, Record<string, unknown>>) =>
  inputs["pocket-id-secret-files"]?.["data"];
