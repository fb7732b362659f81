export { ask } from "../docker-host/readiness/ask";
export { Cluster, type KubernetesObject, openCluster, type Pod, type StatefulSet } from "./cluster";
export {
  type ClaimInputs,
  type Claims,
  claimsIn,
  DEFAULT_SIZES,
  factsOf,
  lookAt,
  findProblems,
  LAST_BACKUP_ANNOTATION,
  makeObjects,
  OWNER_ANNOTATION,
} from "./data";
export { KubectlError } from "./kubectl";
export { type NamedBy, namesOf, sharedName } from "./names";
export { diagnosePod, newestOf } from "./pods";
export { RESTRICTED_CONTAINER, RESTRICTED_POD } from "./restricted";
export type { ClusterSettings } from "./settings";
