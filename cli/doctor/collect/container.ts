import { openDocker } from "@ocis-pocket-id/components/docker-host";
import { dockerHostOf } from "../../drift/docker";
import { variablesIn } from "../../drift/docker/environment";
import type { StackSnapshot } from "../../stacks";

type Variables = Readonly<Record<string, string>>;

/**
 * The variables of an oCIS's container as Docker has them; undefined without a container in state, or when Docker doesn't
 * answer, as `drift` reports both.
 */
export async function liveEnvironment(
  { resources }: Pick<StackSnapshot, "resources">,
  ocisUrl: string,
): Promise<Variables | undefined> {
  const container = resources.find(
    ({ type, inputs }) =>
      type === "docker:index/container:Container" && linesOf(inputs["envs"]).includes(`OCIS_URL=${ocisUrl}`),
  );
  if (container === undefined) return undefined;
  try {
    const found = await openDocker()(dockerHostOf(container)).findContainer(container.id);
    return found === undefined ? undefined : Object.fromEntries(variablesIn(found.Config.Env ?? []));
  } catch {
    return undefined;
  }
}

const linesOf = (value: unknown) => (Array.isArray(value) ? (value as string[]) : []);
