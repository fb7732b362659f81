export { cacheDirectory, ENGINE_VERSION } from "./cache";
export { findDocker, type DockerSearch } from "./docker";
export { findDockerPlugin, type DockerPluginOptions, type DockerPluginSearch } from "./docker-plugin";
export { diagnosticLine, engineError } from "./error";
export { engineEnvironment, type Engine, type EngineEnvironmentOptions } from "./engine";
export { EngineNotFoundError, findEngine, type FindEngineOptions, findPresentEngine } from "./find-engine";
export { findProgram } from "./programs";
export { MINIMUM_CLI_VERSION } from "./on-path";
