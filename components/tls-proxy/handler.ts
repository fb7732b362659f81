import { setTimeout as sleep } from "node:timers/promises";
import { handlerOf, type ResourceRules } from "@ocis-pocket-id/providers/core";
import { z } from "zod";
import { type Docker, openDocker, type OpenDocker } from "../docker-host/docker";
import { dockerHostSettings } from "../docker-host/host";
import { readable } from "../docker-host/text";

const TIMEOUT_MS = 60_000;
const PAUSE_MS = 500;
const text = z.string({ error: "must be text" }).min(1, "must not be empty");
const schema = z.object({ docker: dockerHostSettings, container: text, file: text });

type Inputs = z.output<typeof schema>;
type Outputs = Inputs & { certificate: string };

const rules: ResourceRules<Inputs, Outputs, OpenDocker> = {
  inputs: schema,
  // Where it's read from is not part of it: an authority outlives its container.
  notCompared: ["docker"],

  async create(inputs, open) {
    return {
      id: inputs.container,
      outputs: { ...inputs, certificate: await certificate(inputs, open(inputs.docker)) },
    };
  },
  async update(_id, _olds, news, open) {
    return { ...news, certificate: await certificate(news, open(news.docker)) };
  },
  async read(_id, olds, open) {
    const found = await open(olds.docker).readFile(olds.container, olds.file);
    return { ...olds, certificate: found?.toString() ?? olds.certificate };
  },
  delete: () => Promise.resolve(),
};

/** The handler of `CertificateAuthority`. */
export const certificateAuthority = handlerOf(rules, openDocker);

async function certificate({ container, file }: Inputs, docker: Docker): Promise<string> {
  const end = Date.now() + TIMEOUT_MS;
  for (;;) {
    const pem = (await docker.readFile(container, file))?.toString() ?? "";
    if (pem.includes("-----END CERTIFICATE-----")) return pem;
    if (Date.now() > end) {
      const log = (await docker.lastLogLines(container, 3)).map(readable).join(" | ");
      throw new Error(`container '${container}' has made no certificate authority in a minute: ${log}`);
    }
    await sleep(PAUSE_MS);
  }
}
