import { DockerApi, DockerError } from "./api";
import { dockerHost, type DockerHost } from "./host";
import { firstFile, linesOf, textOf } from "./framing";
import type { Container, Image, Info, Labelled, RunningContainer } from "./objects";
import type { DockerHostSettings } from "./settings";

/** Opens the Docker that settings name; one connection for all resources of a process that mean the same Docker. */
export type OpenDocker = (settings?: DockerHostSettings) => Docker;

/** What the handlers that speak to Docker work with. */
export function openDocker(): OpenDocker {
  return (settings = {}) => {
    const key = JSON.stringify(settings);
    const known = opened.get(key);
    if (known !== undefined) return known;
    const docker = new Docker(dockerHost(settings));
    opened.set(key, docker);
    return docker;
  };
}

const opened = new Map<string, Docker>();

/** What a command in a container printed. */
export interface CommandResult {
  readonly exitCode: number;
  readonly output: string;
}

/** The questions that our resources ask Docker. What isn't there is undefined; failures are one clear line. */
export class Docker {
  readonly #api: DockerApi;

  constructor(readonly host: DockerHost) {
    this.#api = new DockerApi(host);
  }

  findContainer(name: string): Promise<Container | undefined> {
    return this.#find(`/containers/${encode(name)}/json`);
  }

  findVolume(name: string): Promise<Labelled | undefined> {
    return this.#find(`/volumes/${encode(name)}`);
  }

  async createVolume(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
    await this.#api.json("POST", "/volumes/create", { Name: name, Labels: labels });
  }

  /** By name or ID. */
  findNetwork(name: string): Promise<Labelled | undefined> {
    return this.#find(`/networks/${encode(name)}`);
  }

  /** By name or ID. */
  findImage(name: string): Promise<Image | undefined> {
    return this.#find(`/images/${encode(name)}/json`);
  }

  info(): Promise<Info> {
    return this.#api.json("GET", "/info");
  }

  /** The version of the Docker Engine. */
  async version(): Promise<string> {
    return (await this.#api.json<{ Version: string }>("GET", "/version")).Version;
  }

  /** Whether it is Podman that answers in Docker's way. */
  async isPodman(): Promise<boolean> {
    const { Components: components } = await this.#api.json<{ Components?: { Name: string }[] }>(
      "GET",
      "/version",
    );
    return components?.some(({ Name }) => Name.startsWith("Podman")) ?? false;
  }

  /** Why Docker can't find the image in its registry; undefined when it can. */
  async whyNotInRegistry(image: string): Promise<string | undefined> {
    try {
      await this.#api.bytes("GET", `/distribution/${encode(image)}/json`);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  runningContainers(): Promise<RunningContainer[]> {
    return this.#api.json("GET", "/containers/json");
  }

  /** The bytes of a file in a container, which need not run; undefined if the file doesn't exist. */
  async readFile(container: string, path: string): Promise<Buffer | undefined> {
    const query = new URLSearchParams({ path }).toString();
    const archive = await orUndefined(
      this.#api.bytes("GET", `/containers/${encode(container)}/archive?${query}`),
    );
    return archive === undefined ? undefined : firstFile(archive);
  }

  /** Runs a command in a running container and waits for it. */
  async run(container: string, command: readonly string[]): Promise<CommandResult> {
    const { Id: id } = await this.#api.json<{ Id: string }>("POST", `/containers/${encode(container)}/exec`, {
      Cmd: command,
      AttachStdout: true,
      AttachStderr: true,
    });
    const output = await this.#api.bytes("POST", `/exec/${id}/start`, { Detach: false, Tty: false });
    const { ExitCode: exitCode } = await this.#api.json<{ ExitCode: number | null }>(
      "GET",
      `/exec/${id}/json`,
    );
    return { exitCode: exitCode ?? -1, output: textOf(output) };
  }

  /** The last lines that a container wrote, as it wrote them: show them by {@link readable} only. */
  async lastLogLines(container: string, count: number): Promise<string[]> {
    const path = `/containers/${encode(container)}/logs?stdout=true&stderr=true&tail=${count}`;
    const log = await orUndefined(this.#api.bytes("GET", path));
    return log === undefined ? [] : linesOf(log).slice(-count);
  }

  #find<T>(path: string): Promise<T | undefined> {
    return orUndefined(this.#api.json<T>("GET", path));
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
