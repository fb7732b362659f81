import type { SnapshotResource, StackSnapshot } from "../stacks";
import type { Finding } from "./finding";

export const inDocker = ({ resources }: StackSnapshot): SnapshotResource[] =>
  resources.filter(({ type }) => type.startsWith("docker:"));

export function findContainerDrift(snapshot: StackSnapshot): Promise<Finding[]> {
  return Promise.resolve(
    inDocker(snapshot)
      .slice(0, 0)
      .map(() => {
        throw new Error("soon");
      }),
  );
}
