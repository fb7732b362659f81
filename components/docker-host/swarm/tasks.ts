import { isDeepStrictEqual } from "node:util";
import type { SwarmService, SwarmTask } from "../answers";
import type { Verdict } from "../waiting";

/** What the tasks of a service's newest settings are doing. */
export interface Progress {
  /** The one that should run; undefined until the previous one has stopped. */
  readonly current: SwarmTask | undefined;
  /** Those that ended lately, newest first. */
  readonly ended: readonly SwarmTask[];
}

const ENDED = ["complete", "failed", "rejected"];

/**
 * Tasks of the newest settings only: for a moment after an update, the previous task still runs, and would look ready.
 *
 * @param tasks newest first
 * @param since when what ended doesn't count any more, in milliseconds: its reason may have been corrected
 */
export function progressOf(service: SwarmService, tasks: readonly SwarmTask[], since: number): Progress {
  const wanted = comparable(service.Spec.TaskTemplate);
  const newest = tasks.filter(({ Spec }) => isDeepStrictEqual(comparable(Spec), wanted));
  return {
    current: newest.find(({ DesiredState, Status }) => DesiredState === "running" && !isEnded(Status)),
    ended: newest.filter(({ Status }) => isEnded(Status) && Date.parse(Status.Timestamp) >= since),
  };
}

const isEnded = ({ State }: SwarmTask["Status"]) => ENDED.includes(State);

/** Networks are spelt in another way in a task than in its service. */
function comparable({ ContainerSpec, Placement, Resources, LogDriver }: SwarmTask["Spec"]) {
  return { ContainerSpec, Placement, Resources, LogDriver };
}

/** Why a task has no container yet. @param ended how its predecessors ended, newest first */
export function diagnoseTask(current: SwarmTask | undefined, ended: readonly SwarmTask[]): Verdict {
  const [last] = ended;
  const rejected = ended.filter(({ Status }) => Status.State === "rejected");
  if (rejected.length >= 2) {
    return {
      reason: `the Swarm can't start it: ${rejected[0]?.Status.Err ?? "no reason given"}`,
      hopeless: true,
    };
  }
  const { Err, State } = (current ?? last)?.Status ?? {};
  if (Err === undefined || Err === "") {
    const reason = State === undefined ? "the previous task is still stopping" : `its task is ${State}`;
    return { reason, hopeless: false };
  }
  if (!/scheduling constraints not satisfied/.test(Err)) return { reason: Err, hopeless: false };
  return { reason: `no node may run it (${Err}): correct \`constraints\``, hopeless: true };
}
