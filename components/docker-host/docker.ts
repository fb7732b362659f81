import { firstFile, linesOf, textOf } from "./answers";
import type { Container, Image, Labelled, RunningContainer } from "./answers";
import { connect, DockerError, type Send } from "./api";
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

  constructor(readonly host: DockerHost) {
    this.#send = connect(host);
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
  findNetwork(name: string): Promise<Labelled | undefined> {
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
