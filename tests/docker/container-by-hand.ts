import type Docker from "dockerode";
import { runDrift } from "../cli/drift-run";
import { openTargetStack, type TargetStack } from "./target-stack";

const VARIABLES = {
  OCIS_URL: "https://ocis.company.com",
  PROXY_CSP_CONFIG_FILE_LOCATION: "/etc/ocis/csp.yaml",
  DB_DSN: "postgres://ocis:must-not-be-seen@db/ocis",
  // Ours, with the program's value.
  OCIS_INSECURE: "must-not-be-seen",
};

/** A container that a real `up` has made, and what a person can do to it past the engine. */
export class ContainerByHand {
  private constructor(
    readonly docker: Docker,
    private readonly target: TargetStack,
  ) {}

  static async open(docker: Docker): Promise<ContainerByHand> {
    const target = await openTargetStack(docker);
    target.says.args = { ...target.says.args, readiness: false };
    const by = new ContainerByHand(docker, target);
    await by.upWith({});
    return by;
  }

  get name() {
    return this.target.name;
  }

  get folder() {
    return this.target.folder;
  }

  get stack() {
    return this.target.stack;
  }

  /** Lets the program give the container these secret variables too, and runs an `up`. */
  async upWith(secretEnvironment: Record<string, string>): Promise<void> {
    Object.assign(this.target.says, { environment: VARIABLES, secretEnvironment });
    await this.stack.up();
  }

  container(): Docker.Container {
    return this.docker.getContainer(this.name);
  }

  drift(environment: Readonly<Record<string, string>> = {}, ...options: readonly string[]) {
    return runDrift(this.stack, options, { folder: this.folder, environment });
  }

  /** A line of `drift` with what stands for this run's name and port. */
  plain(line: string): string {
    return line.replaceAll(this.name, "NAME").replaceAll(String(this.target.port), "PORT");
  }

  /** What `docker run` with other arguments makes of the container: everything else stays. */
  async recreate(change: (options: Docker.ContainerCreateOptions) => Docker.ContainerCreateOptions) {
    const { Config, HostConfig } = await this.container().inspect();
    await this.container().remove({ force: true, v: true });
    const made = await this.docker.createContainer(change({ ...Config, HostConfig, name: this.name }));
    await this.docker.getNetwork("bridge").disconnect({ Container: made.id });
    await this.docker.getNetwork(this.name).connect({ Container: made.id });
    await made.start();
  }

  /** Stopped, removed with the volumes without a name that the image asks for, and made by the engine. */
  async replaced(): Promise<void> {
    // One that is restarted again and again may be stopped already.
    await this.container()
      .stop()
      .catch(() => undefined);
    await this.container().remove({ v: true });
    await this.stack.up({ refresh: true });
  }

  close(): Promise<void> {
    return this.target.close();
  }
}
