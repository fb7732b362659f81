export { ask } from "../docker-host/readiness/ask";
export { Cluster, type KubernetesObject, openCluster, type Pod, type StatefulSet } from "./cluster";
export { diagnosePod, newestOf } from "./pods";
export type { ClusterSettings } from "./settings";
