import { keyCheckOf, hasKeyOf } from "../../../cli/backup/key";
import type { Manifest } from "../../../cli/backup/manifest";
import type { SnapshotResource } from "../../../cli/stacks";
import { resource, snapshot } from "../company-in-kubernetes";

const stack = (...resources: SnapshotResource[]) => ({ ...snapshot(), resources });
const URN = "urn:pulumi:test::p::ocis-pocket-id:index";
const inDocker = (key: string) =>
  resource("docker:index/container:Container", {
    urn: `${URN}:PocketIdServer$docker:index/container:Container::pocket-id-container`,
    inputs: {
      uploads: [
        { file: "/run/secrets/api-key", content: "another" },
        { file: "/run/secrets/encryption-key", content: key },
      ],
    },
  });
const inKubernetes = (key: string) =>
  resource("kubernetes:core/v1:Secret", {
    urn: `${URN}:PocketIdOnKubernetes$kubernetes:core/v1:Secret::pocket-id-secret-files`,
    inputs: { data: { "encryption-key": Buffer.from(key).toString("base64") } },
  });

test.each([
  ["Docker", inDocker, inDocker],
  ["Kubernetes", inKubernetes, inKubernetes],
  ["Docker, and now in Kubernetes", inDocker, inKubernetes],
])("a restore notices another key than that of a Pocket ID in %s", async (_where, before, now) => {
  const keyCheck = await keyCheckOf(stack(before("right")));
  expect(JSON.stringify(keyCheck)).toMatch(/^\{"salt":"[0-9a-f]{32}","hash":"[0-9a-f]{64}"\}$/);
  const manifest = { keyCheck } as Manifest;
  expect(await hasKeyOf(manifest, stack(now("right")))).toBe(true);
  expect(await hasKeyOf(manifest, stack(now("wrong")))).toBe(false);
});

test("a stack without a Pocket ID of its own needs no key", async () => {
  expect(await keyCheckOf(stack())).toBeUndefined();
  expect(await hasKeyOf({} as Manifest, stack(inDocker("any")))).toBe(true);
});
