import { quantity } from "../../cli/import/kubernetes-limits";
import { type Changed, type Fields, reportOf } from "./by-hand-in-kubernetes";

/** Shapes of set-ups beside the whole ones in tests/fixtures/import-kubernetes. */
const claim = (claimName: string) => ({ persistentVolumeClaim: { claimName } });

describe("what would lose accounts or files is a blocker", () => {
  test.each<[string, (setup: Changed) => unknown, string[]]>([
    [
      "files outside of claims",
      (setup) => {
        setup.mount("/var/lib/ocis", { emptyDir: {} });
      },
      [
        "/var/lib/ocis is emptyDir, and must be a claim of its own: copy its files into one, mount that there",
      ],
    ],
    [
      "nothing mounted",
      ({ container }) => (container.volumeMounts = container.volumeMounts.slice(1)),
      ["/etc/ocis is in the container itself, and must be a claim"],
    ],
    [
      "a configuration that is a Secret",
      (setup) => {
        setup.mount("/etc/ocis", { secret: { secretName: "cloud-passwords" } });
      },
      ["/etc/ocis is Secret 'cloud-passwords', and must be a claim"],
    ],
    [
      "two folders of one claim",
      (setup) => {
        setup.mount("/etc/ocis", claim("cloud-config"), { subPath: "config" });
        setup.mount("/var/lib/ocis", claim("cloud-config"), { subPath: "data" });
      },
      [
        "/etc/ocis is the folder 'config' of claim 'cloud-config', and must be a claim of its own",
        "/var/lib/ocis is the folder 'data' of claim 'cloud-config'",
      ],
    ],
    [
      "a claim above the folder",
      (setup) => {
        setup.container.volumeMounts = setup.container.volumeMounts.filter(
          ({ mountPath }) => mountPath !== "/var/lib/ocis",
        );
        setup.mount("/var/lib", claim("files-cloud-0"));
      },
      ["/var/lib/ocis is a folder of claim 'files-cloud-0', and must be a claim of its own"],
    ],
    [
      "one claim for both",
      (setup) => {
        setup.mount("/etc/ocis", claim("files-cloud-0"));
      },
      ["claim 'files-cloud-0' has both configuration and data"],
    ],
    [
      "files in another claim",
      (setup) => {
        setup.mount("/var/lib/ocis/storage", claim("cloud-config"));
      },
      ["/var/lib/ocis/storage is mounted by itself, from cloud-config"],
    ],
    [
      "an ocis.yaml over the claim",
      (setup) => {
        setup.mount(
          "/etc/ocis/ocis.yaml",
          { secret: { secretName: "cloud-passwords", items: [{ key: "mail", path: "a" }] } },
          { subPath: "a" },
        );
      },
      [
        "/etc/ocis/ocis.yaml, without which nobody can log in, comes from Secret 'cloud-passwords': put it into the claim",
      ],
    ],
    [
      "more than one pod",
      ({ workload }) => (workload.spec["replicas"] = 3),
      [
        "statefulset/cloud has 3 replicas, and only one oCIS may use the data: run `kubectl scale statefulset/cloud " +
          "--replicas=1 --namespace=ocis`, and import again",
      ],
    ],
    [
      "claims that go with the StatefulSet",
      ({ workload }) => (workload.spec["persistentVolumeClaimRetentionPolicy"] = { whenScaled: "Delete" }),
      [
        "claim 'files-cloud-0' goes with the StatefulSet: run `kubectl patch statefulset/cloud --namespace=ocis --type=merge",
      ],
    ],
    [
      "a claim that belongs to something",
      (setup) =>
        (setup.of("PersistentVolumeClaim", "cloud-config").metadata["ownerReferences"] = [
          { kind: "Cloud", name: "main" },
        ]),
      ["claim 'cloud-config' goes with Cloud 'main', which owns it: run `kubectl patch pvc/cloud-config"],
    ],
    [
      "a claim that is being deleted",
      (setup) =>
        (setup.of("PersistentVolumeClaim", "cloud-config").metadata["deletionTimestamp"] =
          "2026-01-01T00:00:00Z"),
      ["claim 'cloud-config' was deleted, and goes when its pod stops"],
    ],
    [
      "a claim that isn't there",
      (setup) => {
        setup.remove("PersistentVolumeClaim", "cloud-config");
      },
      ["claim 'cloud-config', mounted at /etc/ocis, doesn't exist"],
    ],
  ])("%s", async (_what, change, expected) => {
    const { blockers } = await reportOf(change);
    expect(blockers).toEqual(expected.map((line) => expect.stringContaining(line) as string));
  });
});

describe("files", () => {
  test("in a claim are read in the pod", async () => {
    const { config, byHand } = await reportOf((setup) => {
      setup.printed["test -d /etc/ocis"] = "";
      setup.printed["cat /etc/ocis/proxy.yaml"] =
        "role_assignment: {oidc_role_mapper: {role_claim: cloud_roles}}";
      delete (setup.of("ConfigMap", "cloud-env")["data"] as Record<string, string>)[
        "PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM"
      ];
    });
    expect(config["claimKey"]).toBe("cloud_roles");
    expect(byHand.join()).not.toContain("weren't read");
  });

  test.each<[string, (setup: Changed) => unknown, string]>([
    ["no pod runs", (setup) => (setup.pods = []), "weren't read (it doesn't run)"],
    [
      "nobody may run a command",
      (setup) => (setup.refusal = "pods is forbidden"),
      "weren't read (pods is forbidden)",
    ],
  ])("aren't if %s, which is reported", async (_what, change, line) => {
    expect((await reportOf(change)).byHand.join()).toContain(line);
  });
});

test("a container that runs a part of oCIS isn't it, and isn't imported", async () => {
  const { byHand, config } = await reportOf((setup) => {
    const collaboration = { name: "office", image: "owncloud/ocis:7.1.0", args: ["collaboration", "server"] };
    const { spec } = setup.workload.spec.template;
    (spec.containers as Fields[]).unshift(collaboration);
  });
  expect(config["volumes"]).toEqual({ config: "cloud-config", data: "files-cloud-0" });
  expect(byHand).toContain("the new pod has no container office (owncloud/ocis:7.1.0)");
});

describe("routes", () => {
  const pathTo = (name: string) => ({ path: "/", backend: { service: { name } } });

  test("an Ingress that leads elsewhere too stays, and its rule goes by hand", async () => {
    const { byHand, forward } = await reportOf((setup) => {
      const rules = setup.of("Ingress").spec["rules"] as object[];
      rules.push({ host: "pocket-id.company.test", http: { paths: [pathTo("pocket-id")] } });
    });
    expect(byHand).toContain(
      "ingress/cloud leads to others than oCIS, too: remove ocis.company.test from it before up, as one host has one route",
    );
    expect(forward.join()).not.toContain("delete ingress");
  });

  test("without one, none is made, and something must lead to the new Service", async () => {
    const { config, byHand } = await reportOf((setup) => (setup.of("Ingress").spec = { rules: [] }));
    expect(config["kubernetes"]).toMatchObject({ ingress: false });
    expect(byHand).toContain(
      "no Ingress or HTTPRoute was found that leads to oCIS: whatever does must lead to Service new, port 9200",
    );
  });

  test("without a certificate's name, one must be made", async () => {
    const { byHand } = await reportOf((setup) => {
      const { metadata, spec } = setup.of("Ingress");
      delete metadata["annotations"];
      delete spec["tls"];
    });
    expect(byHand.join()).toContain("Ingress 'cloud' names no Secret with a certificate");
  });
});

test("a program that would start the old pod again is named", async () => {
  const { byHand } = await reportOf(
    ({ workload }) => (workload.metadata["annotations"] = { "argocd.argoproj.io/tracking-id": "x" }),
  );
  expect(byHand.join()).toContain(
    "Argo CD keeps statefulset/cloud as Git has it, and would start the old pod again",
  );
});

test.each([
  ["500m", 0.5],
  ["1.5", 1.5],
  ["4Gi", 4 * 2 ** 30],
  ["2G", 2e9],
  ["1e3", 1000],
  ["much", undefined],
])("the quantity %s is %s", (text, expected) => {
  expect(quantity(text)).toBe(expected);
});
