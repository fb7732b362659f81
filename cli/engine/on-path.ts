import { dirname, join } from "node:path";
import { commandOf } from "./command";
import { baseEnvironment, type Finder, NothingThere } from "./engine";
import { hasLauncher, writeLauncher } from "./launcher";
import { findProgram } from "./programs";

/**
 * The oldest CLI that is used. CLI and SDK are released together, and our packages need @pulumi/pulumi 3.216: since then the
 * `read` of a dynamic provider can return inputs, without which drift is found but not shown.
 */
export const MINIMUM_CLI_VERSION = "3.216.0";

/** The official CLI, as the user has installed it. */
export const onPath: Finder = {
  name: "pulumi on PATH",
  async find(search) {
    const file = await findProgram("pulumi");
    if (file === undefined) throw new NothingThere("there is none");
    const command = await commandOf(search.cache);
    if (command.version === null) throw new Error(`${file} prints no version`);
    const version = command.version.toString();
    if (command.version.compare(MINIMUM_CLI_VERSION) < 0) {
      throw new Error(`${file} is version ${version}, at least ${MINIMUM_CLI_VERSION} is needed`);
    }
    const directory = dirname(file);
    const engine = { command, source: "path" as const, version, directory };
    if (await hasLauncher(file)) return { ...engine, environment: baseEnvironment(search.cache) };
    // Some distributions package the Node.js parts separately. Ours is last on PATH, so that theirs wins.
    const after = join(search.cache, "launcher");
    await writeLauncher(after);
    return { ...engine, environment: baseEnvironment(search.cache, { after }) };
  },
};
