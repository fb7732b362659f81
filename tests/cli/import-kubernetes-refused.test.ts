import { type Changed, reportOf } from "./by-hand-in-kubernetes";

describe("what can't be imported is one line", () => {
  test.each<[string, (setup: Changed) => unknown, string]>([
    [
      "no namespace",
      ({ items }) => items.splice(0),
      "namespace 'ocis' of context 'company' doesn't exist: check --namespace and --kube-context",
    ],
    [
      "nothing in it",
      (setup) => {
        const space = {
          ...setup.of("Service"),
          kind: "Namespace",
          metadata: { name: "ocis", namespace: "" },
        };
        setup.items.splice(0, setup.items.length, space);
      },
      "namespace 'ocis' of context 'company' has no StatefulSet or Deployment with an image of oCIS: choose one with --workload",
    ],
    [
      "another program",
      ({ container }) => (container["image"] = "nginx:1"),
      "choose one with --workload (statefulset/cloud)",
    ],
    [
      "OpenCloud",
      ({ container }) => (container["image"] = "opencloudeu/opencloud:4"),
      "has OpenCloud, and import only reads oCIS",
    ],
    [
      "ownCloud's Helm chart",
      (setup) => {
        Object.assign(setup.container, { command: ["ocis"], args: ["frontend", "server"] });
        setup.copy("proxy");
      },
      "runs oCIS in parts, as ownCloud's Helm chart does (statefulset/cloud, statefulset/proxy), which one pod can't take over",
    ],
    [
      "two of them",
      (setup) => {
        setup.copy("b");
      },
      "has several workloads with an image of oCIS: choose one with --workload (statefulset/cloud, statefulset/b)",
    ],
    [
      "a stack's own",
      ({ workload }) => (workload.metadata["annotations"] = { "io.github.ocis-pocket-id.owner": "a/b/ocis" }),
      "statefulset/cloud in namespace 'ocis' belongs to the stack a/b/ocis already",
    ],
    [
      "a ConfigMap that is missing",
      (setup) => {
        setup.remove("ConfigMap", "cloud-env");
      },
      "ConfigMap 'cloud-env', which oCIS uses, doesn't exist in namespace 'ocis'",
    ],
    [
      "a key that is missing",
      (setup) => (setup.of("Secret", "cloud-passwords")["data"] = { admin: "YQ==" }),
      "Secret 'cloud-passwords' has no key 'mail', from which MAIL_PASSWORD comes",
    ],
  ])("%s", async (_what, change, line) => {
    const error = await reportOf(change).then(
      () => new Error("it did not fail"),
      (reason: unknown) => reason as Error,
    );
    expect(error.message).toContain(line);
    expect(error.message).not.toContain("\n");
  });

  test("a workload is chosen by name, whatever its image is called", async () => {
    const change = (setup: Changed) => {
      setup.copy("other");
      setup.container["image"] = "registry.company.test/cloud:1";
    };
    expect((await reportOf(change, "statefulset/cloud")).config["ocisImage"]).toBe(
      "registry.company.test/cloud:1",
    );
    await expect(reportOf(change, "x")).rejects.toThrow(
      "has no StatefulSet or Deployment 'x': choose one with --workload (statefulset/cloud, statefulset/other)",
    );
  });
});
