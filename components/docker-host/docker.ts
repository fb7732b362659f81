import type Dockerode from "dockerode";
import { createRequire } from "node:module";
import { Writable } from "node:stream";
import type { Configuration } from "@ocis-pocket-id/providers/core";
import { type DockerAddress, dockerAddress } from "./address";

const TIME_LIMIT_MS = 20_000;

// Loaded when Docker is spoken to: it takes longer than all else in the plugin, and most previews don't need it.
const load = createRequire(__filename);

/** Opens Docker at an address that a resource names, or else at the configured one. */
export type OpenDocker = (address?: string) => Docker;

/** What the handlers that speak to Docker work with. */
export function openDocker(configuration: Configuration): OpenDocker {
  return (address) => new Docker(dockerAddress(address ?? configuration("docker:host")));
}

/** What a command in a container said. */
export interface CommandResult {
  readonly exitCode: number;
  readonly output: string;
}

/** The questions that our resources ask Docker. Each has a bound on its time, and failures are one clear line. */
export class Docker {
  readonly #engine: Dockerode;

  constructor(readonly address: DockerAddress) {
    const Engine = load("dockerode") as typeof Dockerode;
    this.#engine = new Engine({ ...address.options, timeout: TIME_LIMIT_MS });
  }

  findContainer(name: string): Promise<Dockerode.ContainerInspectInfo | undefined> {
    return this.#find(() => this.#engine.getContainer(name).inspect());
  }

  findVolume(name: string): Promise<Dockerode.VolumeInspectInfo | undefined> {
    return this.#find(() => this.#engine.getVolume(name).inspect());
  }

  /** By name or ID. */
  findNetwork(name: string): Promise<Dockerode.NetworkInspectInfo | undefined> {
    return this.#find(() => this.#engine.getNetwork(name).inspect());
  }

  /** By name or ID. */
  findImage(name: string): Promise<Dockerode.ImageInspectInfo | undefined> {
    return this.#find(() => this.#engine.getImage(name).inspect());
  }

  /** The bytes of a file in a container, which need not run; undefined when there is no such file. */
  async readFile(container: string, path: string): Promise<Buffer | undefined> {
    const archive = await this.#find(async () => {
      const stream = await this.#engine.getContainer(container).getArchive({ path });
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    });
    return archive === undefined ? undefined : firstFile(archive);
  }

  async hasNetwork(name: string): Promise<boolean> {
    const found = await this.#find<unknown>(() => this.#engine.getNetwork(name).inspect());
    return found !== undefined;
  }

  async hasImage(name: string): Promise<boolean> {
    return (await this.#find(() => this.#engine.getImage(name).inspect())) !== undefined;
  }

  /** Why Docker can't find the image in its registry; undefined when it can. */
  async whyNotInRegistry(image: string): Promise<string | undefined> {
    try {
      await this.#ask(() => this.#engine.getImage(image).distribution());
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  runningContainers(): Promise<Dockerode.ContainerInfo[]> {
    return this.#ask(() => this.#engine.listContainers());
  }

  /** Runs a command in a running container and waits for it. */
  async run(container: string, command: readonly string[]): Promise<CommandResult> {
    return this.#ask(async () => {
      const exec = await this.#engine.getContainer(container).exec({
        Cmd: [...command],
        AttachStdout: true,
        AttachStderr: true,
      });
      const stream = await exec.start({});
      const output = new Collector();
      this.#engine.modem.demuxStream(stream, output, output);
      await new Promise<void>((resolve, reject) => stream.once("end", resolve).once("error", reject));
      const { ExitCode } = await exec.inspect();
      return { exitCode: ExitCode ?? -1, output: output.text() };
    });
  }

  /** The last lines that a container wrote, as it wrote them: show them by {@link readable} only. */
  async lastLogLines(container: string, count: number): Promise<string[]> {
    const log = await this.#find(() =>
      this.#engine.getContainer(container).logs({ stdout: true, stderr: true, tail: count }),
    );
    return log === undefined ? [] : linesOf(log).slice(-count);
  }

  async #find<T>(question: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#ask(question);
    } catch (error) {
      if (error instanceof DockerError && error.status === 404) return undefined;
      throw error;
    }
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`no answer within ${TIME_LIMIT_MS / 1_000} seconds`));
      }, TIME_LIMIT_MS);
    });
    try {
      return await Promise.race([question(), late]);
    } catch (error) {
      throw explained(error, this.address.url);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Docker said no, or is not there. */
export class DockerError extends Error {
  constructor(
    message: string,
    /** HTTP status; undefined when there was no answer. */
    readonly status: number | undefined,
    cause: unknown,
  ) {
    super(message, { cause });
  }
}

const ADDRESS_HINT = "or name its address with `pulumi config set docker:host` or DOCKER_HOST";

function explained(error: unknown, url: string): DockerError {
  const { statusCode, json, code, message } = error as {
    statusCode?: number;
    json?: { message?: string };
    code?: string;
    message?: string;
  };
  if (statusCode !== undefined) {
    const said = json?.message ?? message ?? `HTTP ${statusCode}`;
    return new DockerError(`Docker at ${url}: ${said.replace(/\s+/g, " ").trim()}`, statusCode, error);
  }
  if (code === "EACCES") {
    const line = `Docker at ${url} may not be used by this user: add the user to its group, ${ADDRESS_HINT}`;
    return new DockerError(line, undefined, error);
  }
  const reason = (message ?? String(error)) || code || "no answer";
  return new DockerError(
    `Docker is not reachable at ${url} (${reason}): start it, ${ADDRESS_HINT}`,
    undefined,
    error,
  );
}

class Collector extends Writable {
  readonly #chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString("utf8");
  }
}

const TAR_BLOCK = 512;

/** The content of the first plain file in a tar archive: Docker wraps each file in one, with headers of its own before it. */
function firstFile(archive: Buffer): Buffer | undefined {
  for (let at = 0; at + TAR_BLOCK <= archive.length;) {
    const size = Number.parseInt(archive.toString("latin1", at + 124, at + 136), 8) || 0;
    const type = archive.toString("latin1", at + 156, at + 157);
    const start = at + TAR_BLOCK;
    if (type === "0" || type === "\0") return archive.subarray(start, start + size);
    at = start + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
  }
  return undefined;
}

/**
 * The lines of a log that came in one piece. Docker puts 8 bytes before each chunk (stream, three zeros, length), unless
 * the container has a terminal.
 */
export function linesOf(log: Buffer): string[] {
  const chunks: Buffer[] = [];
  let rest = log;
  while (rest.length >= 8 && (rest[0] ?? 9) <= 2 && rest.readUIntBE(1, 3) === 0) {
    const end = 8 + rest.readUInt32BE(4);
    chunks.push(rest.subarray(8, end));
    rest = rest.subarray(end);
  }
  return Buffer.concat([...chunks, rest])
    .toString("utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");
}
