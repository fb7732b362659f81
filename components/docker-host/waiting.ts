import type { ResourceRules } from "@ocis-pocket-id/providers/core";
import { z } from "zod";
import type { Docker, OpenDocker } from "./docker";
import type { DockerHostSettings } from "./host";

const NOT_SECONDS = "must be 1 to 3600 seconds";

/** For how long such a resource waits at most. */
export const timeLimit = (otherwise: number) =>
  z.number({ error: "must be a number" }).min(1, NOT_SECONDS).max(3_600, NOT_SECONDS).default(otherwise);

/** What a resource does that only waits for a container or a service, at each `up` that changes something of it. */
export function waiting<Inputs extends { docker: DockerHostSettings }>(
  until: (inputs: Inputs, docker: Docker) => Promise<void>,
  nameOf: (inputs: Inputs) => string,
): Pick<ResourceRules<Inputs, Inputs, OpenDocker>, "create" | "update" | "read" | "delete"> {
  return {
    async create(inputs, open) {
      await until(inputs, open(inputs.docker));
      return { id: nameOf(inputs), outputs: inputs };
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
