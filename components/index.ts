export { argumentProblems, type NativeClientsOwner, type OcisWithPocketIdArgs } from "./arguments";

export { OWNER_LABEL } from "./docker-host/answers";
export { OWNER_ANNOTATION } from "./kubernetes/data";
export {
  KubernetesPreflight,
  type KubernetesPreflightArgs,
  KubernetesReady,
  type KubernetesReadyArgs,
  PocketIdPreflight,
  type PocketIdPreflightArgs,
  PocketIdStarted,
  type PocketIdStartedArgs,
} from "./kubernetes-resources";
export { OcisWithPocketId } from "./ocis-with-pocket-id";
export {
  DockerPreflight,
  type DockerPreflightArgs,
  GeneratedSecret,
  type GeneratedSecretArgs,
  LocalFiles,
  type LocalFilesArgs,
  OcisReady,
  type OcisReadyArgs,
} from "./resources";
export {
  DEFAULT_POCKET_ID_IMAGE,
  POCKET_ID_UPSTREAM,
  PocketIdServer,
  type PocketIdServerArgs,
} from "./pocket-id-server/pocket-id-server";
export {
  PocketIdOnKubernetes,
  type PocketIdOnKubernetesArgs,
} from "./pocket-id-server/pocket-id-on-kubernetes";
export * from "./settings";
export { SwarmPreflight, type SwarmPreflightArgs, SwarmReady, type SwarmReadyArgs } from "./swarm-resources";
export * from "./targets";
export { DEFAULT_LIMITS, type Limits } from "./targets/limits";
export { CERTIFICATE_FILES, type Site } from "./tls-proxy/caddyfile";
export { type TraefikArgs, traefikLabels } from "./tls-proxy/traefik";
export { DEFAULT_CADDY_IMAGE, TlsProxy, type TlsProxyArgs } from "./tls-proxy/tls-proxy";
