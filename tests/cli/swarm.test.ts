import { deploymentOf } from "../../cli/backup/deployment";
import type { SnapshotResource, StackSnapshot } from "../../cli/stacks";
import { uncheckedInSwarm } from "../../cli/stacks/swarm";

function snapshot(...types: string[]): StackSnapshot {
  const resources = types.map((type): SnapshotResource => ({
    ...{ urn: `urn:pulumi:test::p::${type}::x`, type, name: "x", id: "x", outputs: {}, provider: {} },
    ...{ inputs: { name: "shop-test-ocis" }, secrets: new Set<string>(), handler: undefined },
  }));
  return {
    ...{ name: "test", project: "shop", options: "--stack test", outputs: {}, connection: undefined },
    ...{ hasKeyInClear: false, hide: (text: string) => text, resources },
  };
}

test("drift and doctor name what they don't check in a Swarm", () => {
  expect(uncheckedInSwarm(snapshot("docker:index/service:Service"), "`it`")).toBe(
    "note: stack 'test' runs oCIS in a Swarm, and this doesn't check service 'shop-test-ocis': run `it`",
  );
  expect(uncheckedInSwarm(snapshot("docker:index/container:Container"), "`it`")).toBeUndefined();
});

test("backup prints how to do it by hand", () => {
  expect(() => deploymentOf(snapshot("docker:index/service:Service"))).toThrow(
    "stack 'test' runs oCIS in a Swarm, which backup doesn't cover: run `docker service scale shop-test-ocis=0`, back up both " +
      "volumes together, and run `docker service scale shop-test-ocis=1`",
  );
});
