import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { DockerTargetArgs } from "../../../components/targets";
import { registered, run } from "./mocks";
import { CSP, make, secret, target } from "./docker-target";

test("csp.yaml is uploaded where asked for, and to a Docker elsewhere", async () => {
  const uploaded = async (args: DockerTargetArgs) => {
    const { inputs } = await target(args);
    const { uploads, mounts } = inputs["ocis-container"] ?? {};
    expect(inputs["ocis-csp"]).toBeUndefined();
    expect(mounts).toHaveLength(2);
    expect(uploads).toContainEqual({ file: "/etc/ocis/csp.yaml", content: CSP });
  };
  await uploaded({ cspDelivery: "upload" });
  await uploaded({ dockerHost: "ssh://admin@server" });
  await uploaded({ dockerHost: pulumi.output("unix:///computed") });
  pulumi.runtime.setAllConfig({ "docker:host": "tcp://server:2376" });
  await uploaded({});
  pulumi.runtime.setAllConfig({});
  process.env["DOCKER_HOST"] = "ssh://server";
  await uploaded({});
  expect((await target({ cspDelivery: "mount" })).inputs["ocis-csp"]).toBeDefined();
});

test("an explicit Docker host goes to the provider and to our own resources; that of the stack to ours only", async () => {
  const { inputs } = await target({ dockerHost: "unix:///podman.sock" });
  expect(inputs["ocis-docker"]).toEqual({ host: "unix:///podman.sock" });
  for (const child of ["ocis-preflight", "ocis-ready"]) {
    expect(inputs[child]).toMatchObject({ docker: { host: "unix:///podman.sock" } });
  }
  pulumi.runtime.setAllConfig({ "docker:host": "unix:///other.sock" });
  const configured = (await target()).inputs;
  expect(configured["ocis-docker"]).toBeUndefined();
  expect(configured["ocis-preflight"]).toMatchObject({ docker: { host: "unix:///other.sock" } });
});

describe("an explicit docker.Provider", () => {
  class Company extends pulumi.ComponentResource {
    constructor(name: string, opts: pulumi.ComponentResourceOptions) {
      super("test:index:Company", name, {}, opts);
      this.registerOutputs({});
    }
  }
  const provider = () =>
    new docker.Provider("remote", {
      host: "ssh://admin@server",
      sshOpts: ["-J", "jump"],
      keyMaterial: pulumi.secret("key"),
    });
  const WHERE = {
    host: "ssh://admin@server",
    sshOpts: ["-J", "jump"],
    keyMaterial: "key",
  };

  test.each<[string, (provider: docker.Provider) => pulumi.CustomResourceOptions]>([
    ["given", (given) => ({ provider: given })],
    ["of the component, in an array", (one) => ({ parent: new Company("c", { providers: [one] }) })],
    ["of the component, in a map", (one) => ({ parent: new Company("c", { providers: { docker: one } }) })],
    ["of the component, alone", (one) => ({ parent: new Company("c", { provider: one }) })],
    [
      "inherited from further up",
      (one) => ({ parent: new Company("c", { parent: new Company("top", { providers: [one] }) }) }),
    ],
  ])("%s, also says where the checks, the wait and csp.yaml go", async (_name, opts) => {
    pulumi.runtime.setAllConfig({ "docker:host": "unix:///not-this-one.sock" });
    const { inputs } = await run(() => make({}, opts(provider())));
    for (const child of ["ocis-preflight", "ocis-ready"]) {
      expect(inputs[child]?.["docker"]).toMatchObject({ value: WHERE });
    }
    expect(inputs["ocis-csp"]).toBeUndefined();
    expect(inputs["ocis-docker"]).toBeUndefined();
    const container = registered.find(({ name }) => name === "ocis-container");
    expect(container?.provider).toContain("::remote::");
  });

  test("keeps its address and certificates when the image's registry needs a login", async () => {
    const registry = { address: "registry.company.com", username: "ci", password: "pw" };
    const opts = { parent: new Company("c", { providers: [provider()] }) };
    const { inputs } = await run(() => make({ registry }, opts));
    expect(inputs["ocis-docker"]).toMatchObject({
      host: "ssh://admin@server",
      sshOpts: JSON.stringify(["-J", "jump"]),
      keyMaterial: expect.objectContaining({ value: "key" }) as object,
    });
  });

  test("contradicts dockerHost", () => {
    const opts = { provider: provider() };
    expect(() => make({ dockerHost: "ssh://other" }, opts)).toThrow(
      "dockerHost and the docker.Provider in the component's options both name a Docker host: remove one of them",
    );
  });
});

test("all that the stack says of Docker goes to our own resources, too", async () => {
  pulumi.runtime.setAllConfig({
    "docker:context": "office",
    "docker:sshOpts": '["-J","jump"]',
    "docker:certPath": "/certs",
  });
  const { inputs } = await target();
  for (const child of ["ocis-preflight", "ocis-ready"]) {
    expect(inputs[child]).toMatchObject({
      docker: { context: "office", sshOpts: ["-J", "jump"], certPath: "/certs" },
    });
  }
});

test("a registry's login is the provider's, as a secret", async () => {
  const registry = { address: "registry.company.com", username: "ci", password: "pw" };
  const { inputs } = await target({ registry });
  expect(inputs["ocis-docker"]).toEqual({ registryAuth: secret(JSON.stringify([registry])) });
});
