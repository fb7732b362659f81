/** Prepares what demo, benchmark and engine tests need, and says what it found: for CI, and to look for a fault. */
import { findDocker, findDockerPlugin, findEngine } from "./index";
import { reasonOf } from "./reason";

async function main(): Promise<void> {
  const progress = (line: string): void => {
    console.log(line);
  };
  const engine = await findEngine({ progress });
  console.log(`Engine: ${engine.version} (${engine.source}) in ${engine.directory}`);
  const docker = await findDocker();
  console.log(
    docker.available ? `Docker: ${docker.version} at ${docker.host}` : `Docker: no, ${docker.reason}`,
  );
  if (!docker.available) return; // Then nobody needs sixty megabytes of plugin.
  const plugin = await findDockerPlugin(engine, { progress });
  console.log(
    plugin.available
      ? `Docker plugin: ${plugin.version ?? "on PATH,"} ${plugin.where}`
      : `Docker plugin: no, ${plugin.reason}`,
  );
}

main().catch((error: unknown) => {
  console.error(
    error instanceof Error && error.name === "EngineNotFoundError" ? error.message : reasonOf(error),
  );
  process.exitCode = 1;
});
