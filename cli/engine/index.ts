export { findDocker, findDockerPlugin } from "./docker";
export { cacheDirectory, type Engine, engineEnvironment } from "./engine";
export { EngineNotFoundError, findEngine, findPresentEngine } from "./find-engine";
export { MINIMUM_CLI_VERSION } from "./finders";
export { diagnosticLine, engineError, findProgram, reasonOf, run } from "./programs";
