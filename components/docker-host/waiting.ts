import type { ResourceRules } from "@ocis-pocket-id/providers/core";
import type { Docker, OpenDocker } from "./docker";
import type { DockerHostSettings } from "./host";

/** What a resource does that only waits for a container, at each `up` that changes something of it. */
export function waiting<Inputs extends { docker: DockerHostSettings; container: string }>(
  until: (inputs: Inputs, docker: Docker) => Promise<void>,
): Pick<ResourceRules<Inputs, Inputs, OpenDocker>, "create" | "update" | "read" | "delete"> {
  return {
    async create(inputs, open) {
      await until(inputs, open(inputs.docker));
      return { id: inputs.container, outputs: inputs };
    },
    async update(_id, _olds, news, open) {
      await until(news, open(news.docker));
      return news;
    },
    // What was true at the last `up`. Whether it still is, monitoring must find out: a refresh shouldn't fail with the container.
    read: (_id, olds) => Promise.resolve(olds),
    delete: () => Promise.resolve(),
  };
}
