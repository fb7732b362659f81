import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";

const LISTS = {
  container: ["ps", "--all", "--format", "{{.Names}}"],
  volume: ["volume", "ls", "--format", "{{.Name}}"],
  network: ["network", "ls", "--format", "{{.Name}}"],
} as const;

const REMOVE = {
  container: ["rm", "--force", "--volumes"],
  volume: ["volume", "rm"],
  network: ["network", "rm"],
} as const;

/** What Docker lists by name. */
type Kind = keyof typeof LISTS;

/** The `docker` command for one engine, whatever a test changes in the environment later. */
export class Docker {
  readonly #environment = { ...process.env };
  readonly #host: readonly string[];

  /** @param address of the engine, as in DOCKER_HOST; by default the one that the command finds by itself */
  constructor(address?: string) {
    this.#host = address === undefined ? [] : ["--host", address];
  }

  /**
   * Runs `docker` with these words, and resolves to what it prints on standard output.
   *
   * @throws Error with the command and what it prints on standard error, when it fails.
   */
  async run(...words: readonly string[]): Promise<string> {
    return (await this.#run(words)).stdout;
  }

  /** What Docker has on one thing; the caller names the part that it reads. */
  async inspect<Thing>(kind: Kind | "image", name: string): Promise<Thing> {
    const [thing] = JSON.parse(await this.run(kind, "inspect", name)) as [Thing];
    return thing;
  }

  /** Names of all things of a kind that a filter selects, such as `label=owner=me` or `name=part-of-it`, sorted. */
  async names(kind: Kind, filter: string): Promise<string[]> {
    const printed = await this.run(...LISTS[kind], "--filter", filter);
    return printed.split("\n").filter(Boolean).sort();
  }

  /** Everything that a container wrote, on both of its outputs. */
  async log(container: string): Promise<string> {
    const { stdout, stderr } = await this.#run(["logs", container]);
    return stdout + stderr;
  }

  /** Removes all containers, volumes and networks that have this in their names. */
  async removeAllOf(name: string): Promise<void> {
    for (const kind of ["container", "volume", "network"] as const) {
      const names = await this.names(kind, `name=${name}`);
      if (names.length > 0) await this.run(...REMOVE[kind], ...names);
    }
  }

  #run(words: readonly string[]) {
    const options = { env: this.#environment, maxBuffer: 64 * 2 ** 20 };
    return promisify(execFile)("docker", [...this.#host, ...words], options);
  }
}

/** Why the command can't be run here; undefined when it can. */
export function whyNoDockerCommand(): string | undefined {
  return spawnSync("docker", ["--version"]).status === 0 ? undefined : "docker isn't on PATH";
}
