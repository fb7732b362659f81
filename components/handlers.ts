/**
 * What the engine's plugin process runs: one handler for each resource class. The names end up in users' state and never
 * change.
 */
export { certificateAuthority } from "./tls-proxy/handler";
export { containerStarted } from "./docker-host/service/started";
export { servicePreflight } from "./docker-host/service/preflight";
export { dockerPreflight } from "./docker-host/preflight/handler";
export { generatedSecret } from "./generated-secret";
export { localFiles } from "./local-files/handler";
export { ocisReady } from "./docker-host/readiness/handler";
export { swarmPreflight } from "./docker-host/swarm/preflight";
export { swarmReady } from "./docker-host/swarm/ready";
export { kubernetesPreflight } from "./kubernetes/preflight";
export { kubernetesReady } from "./kubernetes/ready";
export { pocketIdPreflight } from "./kubernetes/pocket-id-preflight";
export { pocketIdStarted } from "./kubernetes/pocket-id-started";
