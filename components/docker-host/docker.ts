import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { firstFile, linesOf, textOf } from "./answers";
import type { Container, Image, Labelled, NetworkFound, RunningContainer, SwarmInfo } from "./answers";
import type { SwarmService, SwarmTask } from "./answers";
import { connect, connectLong, DockerError, type LongRequest, type Send, type SendLong } from "./api";
import { dockerHost, type DockerHost, type DockerHostSettings } from "./host";

/** Opens the Docker that settings name; one connection for all resources of a process that mean the same Docker. */
export type OpenDocker = (settings?: DockerHostSettings) => Docker;

const opened = new Map<string, Docker>();

/** What the handlers that speak to Docker work with. */
export function openDocker(): OpenDocker {
  return (settings = {}) => {
    const key = JSON.stringify(settings);
    const docker = opened.get(key) ?? new Docker(dockerHost(settings));
    opened.set(key, docker);
    return docker;
  };
}

/** What a command in a container printed. */
export interface CommandResult {
  readonly exitCode: number;
  readonly output: string;
}

/** The questions that our resources ask Docker. What isn't there is undefined; failures are one clear line. */
export class Docker {
  readonly #send: Send;
  readonly #sendLong: SendLong;

  constructor(readonly host: DockerHost) {
    this.#send = connect(host);
    this.#sendLong = connectLong(host);
  }

  findContainer(name: string): Promise<Container | undefined> {
    return this.#find(`/containers/${encode(name)}/json`);
  }

  findVolume(name: string): Promise<Labelled | undefined> {
    return this.#find(`/volumes/${encode(name)}`);
  }

  async createVolume(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
    await this.#send("POST", "/volumes/create", { Name: name, Labels: labels });
  }

  /** Removes a volume with everything in it. One that isn't there is fine. */
  async removeVolume(name: string): Promise<void> {
    await orUndefined(this.#send("DELETE", `/volumes/${encode(name)}`));
  }

  /** By name or ID. */
  findNetwork(name: string): Promise<NetworkFound | undefined> {
    return this.#find(`/networks/${encode(name)}`);
  }

  /** By name or ID. */
  findImage(name: string): Promise<Image | undefined> {
    return this.#find(`/images/${encode(name)}/json`);
  }

  /** Whether Docker runs with a security option: `name=selinux`, `name=rootless`, `name=seccomp,profile=default`. */
  async hasSecurityOption(option: RegExp): Promise<boolean> {
    const info = await this.#json<{ SecurityOptions?: string[] | null }>("GET", "/info");
    return info.SecurityOptions?.some((one) => option.test(one)) ?? false;
  }

  /** What this engine is in a Swarm. */
  async swarm(): Promise<SwarmInfo> {
    return (await this.#json<{ Swarm?: SwarmInfo }>("GET", "/info")).Swarm ?? {};
  }

  /** A service of the Swarm, by name or ID. */
  findService(name: string): Promise<SwarmService | undefined> {
    return this.#find(`/services/${encode(name)}`);
  }

  /** All tasks of a service that the Swarm remembers, newest first. */
  async tasksOf(service: string): Promise<SwarmTask[]> {
    const filters = new URLSearchParams({ filters: JSON.stringify({ service: { [service]: true } }) });
    const tasks = await this.#json<SwarmTask[]>("GET", `/tasks?${filters.toString()}`);
    return tasks.sort((a, b) => b.CreatedAt.localeCompare(a.CreatedAt));
  }

  /** The version of the Docker Engine. */
  async version(): Promise<string> {
    return (await this.#json<{ Version: string }>("GET", "/version")).Version;
  }

  /** Whether it is Podman that answers in Docker's way. */
  async isPodman(): Promise<boolean> {
    const { Components } = await this.#json<{ Components?: { Name: string }[] }>("GET", "/version");
    return Components?.some(({ Name }) => Name.startsWith("Podman")) ?? false;
  }

  /** Why Docker can't find the image in its registry; undefined when it can. */
  whyNotInRegistry(image: string): Promise<string | undefined> {
    return this.#send("GET", `/distribution/${encode(image)}/json`).then(
      () => undefined,
      (error: unknown) => (error as DockerError).message,
    );
  }

  runningContainers(): Promise<RunningContainer[]> {
    return this.#json("GET", "/containers/json");
  }

  /** The bytes of a file in a container, which need not run; undefined if the file doesn't exist. */
  async readFile(container: string, path: string): Promise<Buffer | undefined> {
    const query = new URLSearchParams({ path }).toString();
    const archive = await orUndefined(this.#send("GET", `/containers/${encode(container)}/archive?${query}`));
    return archive && firstFile(archive);
  }

  /** Runs a command in a running container and waits for it. */
  async run(container: string, command: readonly string[]): Promise<CommandResult> {
    const options = { Cmd: command, AttachStdout: true, AttachStderr: true };
    const path = `/containers/${encode(container)}/exec`;
    const { Id } = await this.#json<{ Id: string }>("POST", path, options);
    const output = await this.#send("POST", `/exec/${Id}/start`, { Detach: false, Tty: false });
    const { ExitCode } = await this.#json<{ ExitCode: number | null }>("GET", `/exec/${Id}/json`);
    return { exitCode: ExitCode ?? -1, output: textOf(output) };
  }

  /** The last lines that a container wrote, as it wrote them: show them by {@link readable} only. */
  async lastLogLines(container: string, count: number): Promise<string[]> {
    const path = `/containers/${encode(container)}/logs?stdout=true&stderr=true&tail=${count}`;
    const log = await orUndefined(this.#send("GET", path));
    return log === undefined ? [] : linesOf(log).slice(-count);
  }

  /** Starts a container. One that runs already is fine. */
  async startContainer(name: string): Promise<void> {
    await this.#long({ method: "POST", path: `/containers/${encode(name)}/start` });
  }

  /** Stops a container, killing it after its own time to stop. One that doesn't run is fine. */
  async stopContainer(name: string): Promise<void> {
    await this.#long({ method: "POST", path: `/containers/${encode(name)}/stop` });
  }

  /** Removes a container that doesn't run; its named volumes stay. One that isn't there is fine. */
  async removeContainer(name: string): Promise<void> {
    await orUndefined(this.#long({ method: "DELETE", path: `/containers/${encode(name)}` }));
  }

  /** Creates a container without starting it. @throws DockerError with status 409 if the name is taken */
  async createContainer(name: string, settings: object): Promise<void> {
    const path = `/containers/create?name=${encodeURIComponent(name)}`;
    await this.#long({ method: "POST", path, json: settings });
  }

  /** Removes a container, even while it runs, and its volumes that have no name. One that isn't there is fine. */
  async discardContainer(name: string): Promise<void> {
    await orUndefined(
      this.#long({ method: "DELETE", path: `/containers/${encode(name)}?force=true&v=true` }),
    );
  }

  /**
   * Waits for a container to end by itself.
   *
   * @param signal @default a minute
   * @returns its exit code @throws DockerError after that
   */
  async waitForExit(name: string, signal = AbortSignal.timeout(60_000)): Promise<number> {
    try {
      const path = `/containers/${encode(name)}/wait`;
      const answer = await buffer(await this.#sendLong({ method: "POST", path, signal }));
      return (JSON.parse(answer.toString("utf8")) as { StatusCode: number }).StatusCode;
    } catch (error) {
      if (signal.aborted) throw new DockerError(`container '${name}' still runs`, undefined, error);
      throw error;
    }
  }

  /** Makes an image of the files in a tar archive, without a registry. */
  async importImage(name: string, archive: Readable): Promise<void> {
    const [repo = "", tag = ""] = name.split(":");
    const query = new URLSearchParams({ fromSrc: "-", repo, tag }).toString();
    await this.#long({ method: "POST", path: `/images/create?${query}`, body: archive });
  }

  /** Removes an image that no container uses. One that isn't there is fine. */
  async removeImage(name: string): Promise<void> {
    await orUndefined(this.#send("DELETE", `/images/${encode(name)}`));
  }

  /** A folder of a container, which need not run, as a tar archive: its entries begin with the folder's name. */
  readArchive(container: string, path: string, signal?: AbortSignal): Promise<Readable> {
    const query = new URLSearchParams({ path }).toString();
    return this.#sendLong({
      method: "GET",
      path: `/containers/${encode(container)}/archive?${query}`,
      signal,
    });
  }

  /** Unpacks a tar archive into a folder of a container, which need not run. Owners and modes are the archive's. */
  async writeArchive(
    container: string,
    path: string,
    archive: Readable,
    signal?: AbortSignal,
  ): Promise<void> {
    const query = new URLSearchParams({ path }).toString();
    const url = `/containers/${encode(container)}/archive?${query}`;
    await this.#long({ method: "PUT", path: url, body: archive, signal });
  }

  async #long(request: LongRequest): Promise<void> {
    await buffer(await this.#sendLong(request));
  }

  async #json<T>(...request: Parameters<Send>): Promise<T> {
    return JSON.parse((await this.#send(...request)).toString("utf8")) as T;
  }

  #find<T>(path: string): Promise<T | undefined> {
    return orUndefined(this.#json<T>("GET", path));
  }
}

/** A name in a path; Docker wants the slashes of an image's name as they are. */
function encode(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}

async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof DockerError && error.status === 404) return undefined;
    throw error;
  }
}
