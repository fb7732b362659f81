import { plannedWorkloads } from "../../../cli/backup/kubernetes/planned";

describe("before the first up in Kubernetes", () => {
  const plan = (config: Record<string, unknown>) =>
    plannedWorkloads(
      "Shop",
      "test",
      Object.fromEntries(Object.entries(config).map(([key, value]) => [`Shop:${key}`, value])),
    );

  test("a restore makes the claims that the program will use", () => {
    const workloads = plan({
      ...{
        target: "kubernetes",
        domain: "company.com",
        pocketId: "managed",
        ocisImage: "owncloud/ocis:8.0.6",
      },
      kubernetes: { storage: { className: "ssd", data: "100Gi" }, imagePullSecrets: ["registry"] },
    });
    const common = { createNamespace: true, storageClass: "ssd" };
    expect(workloads?.map(({ claims }) => claims)).toMatchObject([
      {
        ...{ ...common, owner: "Shop/test/pocket-id", namespace: "shop-test-pocket-id" },
        claims: [{ kind: "data", name: "pocket-id-data", size: "1Gi" }],
      },
      {
        ...{ ...common, owner: "Shop/test/ocis", namespace: "shop-test-ocis" },
        claims: [
          { kind: "config", name: "ocis-config", size: "1Gi" },
          { kind: "data", name: "ocis-data", size: "100Gi" },
        ],
      },
    ]);
    expect(workloads?.[1]).toMatchObject({
      placement: { imagePullSecrets: [{ name: "registry" }] },
      service: { container: "shop-test-ocis/ocis", image: "owncloud/ocis:8.0.6" },
    });
  });

  test("in a namespace that others use, and with claims that others made", () => {
    const [workload] =
      plan({
        ...{ target: "kubernetes", product: "opencloud", domain: "company.com", adoptVolumes: "true" },
        ...{ kubernetes: '{"namespace":"shared","createNamespace":false}', volumes: { data: "theirs" } },
      }) ?? [];
    expect(workload?.service.places.map(({ source, kind }) => [source, kind])).toEqual([
      ["shared/shop-test-opencloud-config", "opencloud-config"],
      ["shared/theirs", "opencloud-data"],
      ["shared/theirs", "opencloud-attributes"],
    ]);
    expect(workload?.claims).toMatchObject({ createNamespace: false, adoptVolumes: true });
  });

  test("another target has none", () => {
    expect(plan({ domain: "company.com" })).toBeUndefined();
  });
});
