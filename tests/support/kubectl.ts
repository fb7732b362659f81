import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A cluster for tests: never the one that an admin works with. */
export class TestCluster {
  readonly #forwards = new Set<ChildProcess>();

  constructor(readonly kubeconfig: string) {}

  async kubectl(...args: string[]): Promise<string> {
    const { stdout } = await run("kubectl", args, { env: this.#env(), maxBuffer: 2 ** 24 });
    return stdout.trim();
  }

  /** Creates what isn't there, and changes what is. */
  apply(...manifests: object[]): Promise<void> {
    return this.#send({ apiVersion: "v1", kind: "List", items: manifests }, "apply");
  }

  /** POSTs an object to a path of the API. */
  post(path: string, body: object): Promise<void> {
    return this.#send(body, "create", "--raw", path);
  }

  async #send(body: object, ...words: string[]): Promise<void> {
    const child = spawn("kubectl", [...words, "--filename=-"], {
      env: this.#env(),
      stdio: ["pipe", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    child.stdin.end(JSON.stringify(body));
    const code = await new Promise((resolve) => child.on("close", resolve));
    if (code !== 0) throw new Error(`kubectl ${words[0] ?? ""} failed: ${errors}`);
  }

  /**
   * Makes a port of a pod or service reachable on 127.0.0.1, until {@link close}. Returns that port. `kubectl` ends when a
   * connection breaks; then another takes its place.
   */
  forward(namespace: string, target: string, port: number, local = ""): Promise<number> {
    const args = ["port-forward", `--namespace=${namespace}`, target, `${local}:${port}`];
    const child = spawn("kubectl", args, { env: this.#env(), stdio: ["ignore", "pipe", "pipe"] });
    this.#forwards.add(child);
    return new Promise((resolve, reject) => {
      let printed = "";
      let found: string | undefined;
      const listen = (text: string) => {
        printed += text;
        found ??= /Forwarding from 127\.0\.0\.1:(\d+)/.exec(printed)?.[1];
        if (found !== undefined) resolve(Number(found));
      };
      child.stdout.setEncoding("utf8").on("data", listen);
      child.stderr.setEncoding("utf8").on("data", listen);
      child.on("close", () => {
        reject(new Error(`kubectl port-forward ended: ${printed}`));
        if (!this.#forwards.delete(child) || found === undefined) return;
        this.forward(namespace, target, port, found).catch(() => undefined);
      });
    });
  }

  close(): void {
    for (const child of this.#forwards) {
      this.#forwards.delete(child);
      child.kill();
    }
  }

  #env() {
    return { ...process.env, KUBECONFIG: this.kubeconfig };
  }
}

/** The cluster of TEST_KUBECONFIG, if it answers and has nodes; otherwise one line that says what is missing. */
export function testCluster(): { readonly kubeconfig: string } | { readonly missing: string } {
  const kubeconfig = process.env["TEST_KUBECONFIG"] ?? "";
  if (kubeconfig === "") return { missing: "TEST_KUBECONFIG must name a kubeconfig" };
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const { status, error, stderr } = spawnSync("kubectl", ["get", "nodes", "--request-timeout=5s"], {
    env,
    encoding: "utf8",
  });
  if (error !== undefined) return { missing: `kubectl can't be started: ${error.message}` };
  if (status !== 0) return { missing: stderr.trim().split("\n").at(-1) ?? "the cluster doesn't answer" };
  const plugin = spawnSync("pulumi-resource-kubernetes", ["--version"], { encoding: "utf8" });
  return plugin.error === undefined
    ? { kubeconfig }
    : { missing: "pulumi-resource-kubernetes isn't on the PATH" };
}
