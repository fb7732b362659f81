import type { SwarmTask } from "../../../components/docker-host/answers";
import { diagnoseTask, progressOf } from "../../../components/docker-host/swarm/tasks";
import { NEW, service, task } from "./swarm-tasks";

describe("tasks", () => {
  test("one of older settings doesn't count, although it still runs", () => {
    const old = task({ state: "running", spec: { ContainerSpec: { Image: "old" } } });
    expect(progressOf(service, [old], 0)).toEqual({ current: undefined, ended: [] });
    const newer = task({ state: "starting", spec: { ...NEW, Networks: [{ Target: "spelt otherwise" }] } });
    expect(progressOf(service, [newer, old], 0).current).toBe(newer);
  });

  test("what failed before the fix doesn't count", () => {
    const failed = [
      task({ state: "failed", desired: "shutdown", at: "2026-01-02T00:00:00Z" }),
      task({ state: "failed", desired: "shutdown", at: "2026-01-01T00:00:00Z" }),
    ];
    const since = Date.parse("2026-01-01T12:00:00Z");
    expect(progressOf(service, failed, since).ended).toEqual([failed[0]]);
  });

  const rejected = [
    task({ state: "rejected", err: "No such image: ocis" }),
    task({ state: "rejected", err: "older" }),
  ];
  test.each<[string, SwarmTask | undefined, SwarmTask[], string, boolean]>([
    ["none yet", undefined, [], "the previous task is still stopping", false],
    ["starting", task({ state: "preparing" }), [], "its task is preparing", false],
    ["rejected", undefined, rejected.slice(0, 1), "No such image: ocis", false],
    ["rejected again", undefined, rejected, "the Swarm can't start it: No such image: ocis", true],
    [
      "no node",
      task({ state: "pending", err: "no suitable node (scheduling constraints not satisfied on 1 node)" }),
      [],
      "no node may run it (no suitable node (scheduling constraints not satisfied on 1 node)): correct `constraints`",
      true,
    ],
    [
      "busy",
      task({ state: "pending", err: "no suitable node (host-mode port)" }),
      [],
      "no suitable node (host-mode port)",
      false,
    ],
  ])("%s", (_name, current, ended, reason, hopeless) => {
    expect(diagnoseTask(current, ended)).toEqual({ reason, hopeless });
  });
});
