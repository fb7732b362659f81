/** Prepares what demo, benchmarks and engine tests need, and prints what it found: for CI, and for troubleshooting. */
import { findDocker, findDockerPlugin } from "./docker";
import { EngineNotFoundError, findEngine } from "./find-engine";
import { reasonOf } from "./programs";

async function main(): Promise<void> {
  const engine = await findEngine({ progress: console.log });
  console.log(`Engine: ${engine.version} (${engine.source}) in ${engine.directory}`);
  const docker = await findDocker();
  console.log(
    docker.available ? `Docker: ${docker.version} at ${docker.host}` : `Docker: none, ${docker.reason}`,
  );
  if (!docker.available) return; // The plugin, sixty megabytes, would be of no use.
  const plugin = await findDockerPlugin(engine, { progress: console.log });
  console.log(
    plugin.available
      ? `Docker plugin: ${plugin.version ?? "on PATH,"} ${plugin.where}`
      : `Docker plugin: none, ${plugin.reason}`,
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof EngineNotFoundError ? error.message : reasonOf(error));
  process.exitCode = 1;
});
