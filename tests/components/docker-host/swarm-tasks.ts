import type { SwarmService, SwarmTask } from "../../../components/docker-host/answers";

export const NEW = { ContainerSpec: { Image: "new" } };
/** A service whose settings are {@link NEW}. */
export const service: SwarmService = { ID: "s1", Spec: { Name: "ocis", TaskTemplate: NEW } };
let created = 0;

export interface Made {
  state: string;
  spec?: object;
  desired?: string;
  err?: string;
  at?: string;
  container?: string;
  node?: string;
}

/** A task; each is newer than the one before. */
export function task({
  state,
  spec = NEW,
  desired = "running",
  err,
  at,
  container,
  node = "here",
}: Made): SwarmTask {
  created += 1;
  const Timestamp = at ?? new Date().toISOString();
  return {
    ...{ ID: `t${created}`, CreatedAt: new Date(created * 1_000).toISOString(), NodeID: node },
    ...{ DesiredState: desired, Spec: { ...spec } },
    Status: {
      ...{ State: state, Timestamp },
      ...(err === undefined ? {} : { Err: err }),
      ...(container === undefined ? {} : { ContainerStatus: { ContainerID: container, ExitCode: 1 } }),
    },
  };
}
