import { dirname, join } from "node:path";
import { commandOf } from "./command";
import { baseEnvironment, NothingThere, type Road } from "./engine";
import { hasLauncher, writeLauncher } from "./launcher";
import { findProgram } from "./programs";

/**
 * The oldest CLI that is used: CLI and SDK are released together, and our packages ask for @pulumi/pulumi 3.216 (since
 * then a dynamic provider's `read` may return inputs, without which a drift is found and not shown).
 */
export const MINIMUM_CLI_VERSION = "3.216.0";

/** The official CLI, as the user has installed it. */
export const onPath: Road = {
  name: "pulumi on PATH",
  async find(search) {
    const file = await findProgram("pulumi");
    if (file === undefined) throw new NothingThere("there is none");
    const command = await commandOf(search.cache);
    if (command.version === null) throw new Error(`${file} does not say its version`);
    const version = command.version.toString();
    if (command.version.compare(MINIMUM_CLI_VERSION) < 0) {
      throw new Error(`${file} is version ${version}, at least ${MINIMUM_CLI_VERSION} is needed`);
    }
    const directory = dirname(file);
    if (await hasLauncher(file)) {
      return { command, source: "path", version, directory, environment: baseEnvironment(search.cache) };
    }
    // Some distributions package the Node.js parts apart; ours stands at the end of PATH and yields to theirs.
    const after = join(search.cache, "launcher");
    await writeLauncher(after);
    return {
      command,
      source: "path",
      version,
      directory,
      environment: baseEnvironment(search.cache, { after }),
    };
  },
};
