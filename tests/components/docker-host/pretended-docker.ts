import { dockerPreflight } from "@ocis-pocket-id/components/handlers";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { operate } from "../../support/operate";

export const OWNER = "io.github.ocis-pocket-id.owner";

/** A Docker at an address of this machine. */
export const pretended = {
  /** What it answers, by path: bytes, an error, or else JSON; 404 for all else. */
  answers: {} as Record<string, unknown>,
  url: "",
};

/** What a program passes to the preflight. */
export const args = {
  docker: {},
  owner: "shop/prod/ocis",
  containerName: "shop-prod-ocis",
  image: "owncloud/ocis:8",
  configVolume: "config",
  dataVolume: "data",
  ports: [{ ip: "127.0.0.1", port: 9200 }],
};

export const handler = operate(dockerPreflight, {});

let server: Server;
beforeAll(async () => {
  server = createServer((request, response) => {
    const { answers } = pretended;
    if (request.url === "/volumes/create") {
      let text = "";
      request.on("data", (chunk) => (text += String(chunk)));
      request.on("end", () => {
        const { Name, Labels } = JSON.parse(text) as { Name: string; Labels: object };
        answers[`/volumes/${Name}`] = { Name, Labels };
        response.end(JSON.stringify(answers[`/volumes/${Name}`]));
      });
      return;
    }
    const answer = answers[decodeURIComponent(request.url ?? "")];
    const failure = answer instanceof Error ? { message: answer.message } : { message: "no such thing" };
    response.writeHead(answer === undefined ? 404 : answer instanceof Error ? 500 : 200);
    if (Buffer.isBuffer(answer)) {
      response.end(answer);
      return;
    }
    response.end(JSON.stringify(answer === undefined || answer instanceof Error ? failure : answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  pretended.url = `tcp://127.0.0.1:${port}`;
  args.docker = { host: pretended.url };
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  pretended.answers = { ...IMAGE, ...FREE };
});

export const IMAGE = { "/images/owncloud/ocis:8/json": { Id: "sha256:1" } };
export const volume = (name: string, Labels: object | null) => ({
  [`/volumes/${name}`]: { Name: name, Labels },
});
export const ours = { [OWNER]: "shop/prod/ocis" };
export const containers = (Ports: object[], Labels = {}) => ({
  "/containers/json": [{ Names: ["/other"], Labels, Ports }],
});
/** Docker without a container that has a port. */
export const FREE = containers([]);

/** Why the preflight refuses a new stack. */
export const reasons = async (changes: object = {}) =>
  (await handler.check({ ...args, ...changes })).failures.map(({ reason }) => reason);
