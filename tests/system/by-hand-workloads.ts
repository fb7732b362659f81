import { load } from "js-yaml";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const OBJECTS = join(__dirname, "..", "fixtures", "import-kubernetes", "stateful-set", "objects.yaml");
const FILES = "files-cloud-0";
/** A file over the claim, and what's in it. */
export const REGISTRY = { path: "/etc/ocis/app-registry.yaml", text: "app_registry: {mimetypes: []}\n" };

/** Where a set-up is applied. */
export interface Surroundings {
  readonly namespace: string;
  readonly image: string;
  /** Address of the TLS proxy for both public names. */
  readonly address: string;
  /** PEM of its authority. */
  readonly authority: string;
}

interface Manifest {
  kind: string;
  metadata: { name: string; uid?: string };
  data?: Record<string, string>;
  spec: Record<string, unknown>;
}
interface PodTemplate {
  spec: {
    containers: { volumeMounts: object[] }[];
    volumes: object[];
    securityContext: Record<string, number>;
  };
}

/** The fixture's StatefulSet, which makes the claim for files itself. */
function statefulSet(surroundings: Surroundings): Manifest[] {
  return fixture(surroundings).filter(({ metadata }) => metadata.name !== FILES);
}

/** The same as a Deployment that runs as root, on volumes that are root's until the kubelet hands them over, with one file more. */
function rootDeployment(surroundings: Surroundings): Manifest[] {
  const items = fixture(surroundings);
  for (const { spec } of items.filter(({ kind }) => kind === "PersistentVolumeClaim")) {
    Object.assign(spec, { storageClassName: "local-fsgroup", accessModes: ["ReadWriteOnce"] });
  }
  const texts = items.find(({ metadata }) => metadata.name === "cloud-files");
  Object.assign(texts?.data ?? {}, { registry: REGISTRY.text });
  const workload = items.find(({ kind }) => kind === "StatefulSet");
  if (workload === undefined) throw new Error("the fixture has no StatefulSet");
  const { selector, template } = workload.spec as { selector: object; template: PodTemplate };
  template.spec.securityContext = { runAsUser: 0, runAsGroup: 0 };
  template.spec.volumes.push({ name: "files", persistentVolumeClaim: { claimName: FILES } });
  template.spec.containers[0]?.volumeMounts.push({
    name: "texts",
    mountPath: REGISTRY.path,
    subPath: "registry",
  });
  const spec = { replicas: 1, strategy: { type: "Recreate" }, selector, template };
  return [...items.filter((item) => item !== workload), { ...workload, kind: "Deployment", spec }];
}

/** The set-ups that move, by the `kubectl` name of their workload. */
export const WORKLOADS = { "statefulset/cloud": statefulSet, "deployment/cloud": rootDeployment };

/** The fixture in these surroundings, as somebody would apply it. */
function fixture({ namespace, image, address, authority }: Surroundings): Manifest[] {
  const pem = authority.trim().replaceAll("\n", "\n        ");
  const text = readFileSync(OBJECTS, "utf8")
    .replaceAll("owncloud/ocis:7.1.0", image)
    .replaceAll("namespace: ocis", `namespace: ${namespace}`)
    .replace("10.0.0.7", address)
    .replace(/-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/, pem);
  const { items } = load(text) as { items: Manifest[] };
  for (const { metadata } of items) delete metadata.uid;
  return items;
}
