export type { Deployment } from "./deployment";
export {
  argumentProblems,
  OcisWithPocketId,
  type OcisWithPocketIdArgs,
  type TargetArgs,
} from "./ocis-with-pocket-id";
export * from "./settings";
export * from "./targets";
