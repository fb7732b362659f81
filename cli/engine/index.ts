export { findDocker, findDockerPlugin } from "./docker";
export { cacheDirectory, type Engine, engineEnvironment } from "./engine";
export { diagnosticLine, engineError } from "./error";
export { EngineNotFoundError, findEngine, findPresentEngine } from "./find-engine";
export { MINIMUM_CLI_VERSION } from "./on-path";
export { findProgram, reasonOf, run } from "./programs";
