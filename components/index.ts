export { argumentProblems, type OcisWithPocketIdArgs, type TargetArgs } from "./arguments";
export type { Deployment } from "./deployment";
export type { NativeClientsOwner } from "./identity";
export { OcisWithPocketId } from "./ocis-with-pocket-id";
export * from "./settings";
export * from "./targets";
