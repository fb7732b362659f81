import type { SnapshotResource } from "../../../cli/stacks";
import { resource, snapshot } from "../company-in-kubernetes";

const OWNER = "p/test/ocis";
export const preflight = (fields: Partial<SnapshotResource> = {}, inputs: object = {}) =>
  resource("pulumi-nodejs:dynamic/ocis:KubernetesPreflight", {
    ...{ urn: "preflight", name: "ocis-preflight", handler: "kubernetesPreflight" },
    inputs: {
      ...{ owner: OWNER, namespace: "shop", createNamespace: true, image: "owncloud/ocis:8.0.5" },
      ...{ configVolume: "ocis-config", configSize: "1Gi", dataVolume: "ocis-data", dataSize: "20Gi" },
      ...{ adoptVolumes: false, allowEmptyVolumes: false, cluster: {}, ...inputs },
    },
    ...fields,
  });
export const statefulSet = (name: string, spec: object = {}) =>
  resource("kubernetes:apps/v1:StatefulSet", {
    ...{ urn: `set of ${name}`, name: `${name}-stateful-set`, id: `shop/${name}` },
    inputs: { apiVersion: "apps/v1", kind: "StatefulSet", spec: { template: { spec } } },
  });
export const pocketId = preflight(
  { urn: "of Pocket ID", name: "pocket-id-preflight", handler: "pocketIdPreflight" },
  { namespace: "id", configVolume: undefined, dataVolume: "pocket-id-data", image: "pocket-id:v2" },
);
export const stack = (...resources: SnapshotResource[]) => ({ ...snapshot(), resources });
