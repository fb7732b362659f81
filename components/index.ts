export { argumentProblems, type NativeClientsOwner, type OcisWithPocketIdArgs } from "./arguments";

export { OWNER_LABEL } from "./docker-host/answers";
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
export * from "./settings";
export * from "./targets";
