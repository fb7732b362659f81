export {
  argumentProblems,
  type NativeClientsOwner,
  type OcisWithPocketIdArgs,
  type TargetArgs,
} from "./arguments";
export type { Deployment } from "./deployment";
export { OWNER_LABEL } from "./docker-host/owner-label";
export { DockerPreflight, type DockerPreflightArgs } from "./docker-host/preflight/resource";
export { OcisReady, type OcisReadyArgs } from "./docker-host/readiness/resource";
export { GeneratedSecret, type GeneratedSecretArgs } from "./generated-secret/resource";
export { LocalFiles, type LocalFilesArgs } from "./local-files/resource";
export { OcisWithPocketId } from "./ocis-with-pocket-id";
export * from "./settings";
export * from "./targets";
