import { dockerPreflight, swarmPreflight, swarmReady } from "@ocis-pocket-id/components/handlers";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { operate, UNKNOWN } from "../../support/operate";
import { service, task } from "./swarm-tasks";

const OWNER = "io.github.ocis-pocket-id.owner";
const ISSUER = "https://pocket-id.company.com";

/** What the pretended Docker answers, by path; 404 for all else. */
let answers: Record<string, unknown>;
let server: Server;
let host: string;

const answerTo = ({ url = "", method = "" }: IncomingMessage) =>
  answers[decodeURIComponent(url.split("?")[0] ?? "")] ?? (method === "POST" ? {} : undefined);

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    const answer = answerTo(request);
    if (request.url?.endsWith("/volumes/create") === true) request.url = "";
    response.writeHead(answer === undefined ? 404 : 200);
    response.end(Buffer.isBuffer(answer) ? answer : JSON.stringify(answer ?? { message: "no such thing" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const MANAGER = { Swarm: { NodeID: "here", LocalNodeState: "active", ControlAvailable: true } };

describe("before up", () => {
  const args = () => ({
    ...{ docker: { host }, owner: "shop/prod/ocis", service: "ocis", image: "owncloud/ocis:8" },
    ...{ configVolume: "config", dataVolume: "data", pinned: true },
  });
  const handler = operate(swarmPreflight, {});
  const volume = (name: string, owner: string) => ({
    [`/volumes/${name}`]: { Name: name, Labels: { [OWNER]: owner } },
  });
  const reasons = async (changes: object = {}) =>
    (await handler.check({ ...args(), ...changes })).failures.map(({ reason }) => reason);

  beforeEach(() => {
    answers = { "/info": MANAGER, "/containers/json": [], "/images/owncloud/ocis:8/json": { Id: "i" } };
  });

  test("nothing wrong: the node and the networks' IDs are known at preview", async () => {
    answers["/networks/proxy"] = { Id: "n1", Scope: "swarm" };
    const { inputs, failures } = await handler.check({ ...args(), networks: ["proxy"] });
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({ nodeId: "here", networkIds: ["n1"] });
    expect((await handler.check({ ...args(), networks: ["new"] })).inputs).not.toHaveProperty("networkIds");
    expect((await handler.check({ ...args(), docker: UNKNOWN })).failures).toEqual([]);
  });

  test("a Docker that isn't a manager", async () => {
    for (const Swarm of [
      { LocalNodeState: "inactive" },
      { LocalNodeState: "active", ControlAvailable: false },
    ]) {
      answers["/info"] = { Swarm };
      expect(await reasons()).toEqual([
        `Docker at ${host} isn't a manager of a Swarm: run \`docker swarm init\` there, or name a manager with ` +
          "`pulumi config set docker:host`",
      ]);
    }
  });

  test("volumes and a service of others; on other nodes, volumes can't be checked", async () => {
    Object.assign(answers, volume("config", "other/x/y"), volume("data", "shop/prod/ocis"));
    answers["/services/ocis"] = { ID: "s", Spec: { Name: "ocis", TaskTemplate: {} } };
    const found = await reasons();
    expect(found).toHaveLength(2);
    expect(found[0]).toContain("volume 'config' belongs to other/x/y");
    expect(found[1]).toContain(
      "service 'ocis' already exists and isn't ours: remove it with `docker service rm ocis`",
    );
    expect(await reasons({ pinned: false })).toHaveLength(1);
  });

  test("another container on the data is refused at up, even one of this stack; our own task isn't", async () => {
    Object.assign(answers, volume("config", "shop/prod/ocis"), volume("data", "shop/prod/ocis"));
    const runs = (Labels: object) => {
      answers["/containers/json"] = [
        { Id: "c", Names: ["/shop-prod-ocis"], Labels, Mounts: [{ Name: "data" }] },
      ];
    };
    runs({ [OWNER]: "shop/prod/ocis" });
    expect(await reasons()).toEqual([]);
    await expect(handler.create(args())).rejects.toThrow(
      "container 'shop-prod-ocis' runs on 'data', which only one oCIS may use: stop it",
    );
    runs({ "com.docker.swarm.service.name": "ocis" });
    await expect(handler.create(args())).resolves.toMatchObject({ outputs: { nodeId: "here" } });
  });

  test("target docker doesn't start beside a service on the same data", async () => {
    Object.assign(answers, volume("config", "shop/prod/ocis"), volume("data", "shop/prod/ocis"));
    const Labels = { "com.docker.swarm.service.name": "shop-prod-ocis" };
    const Mounts = [{ Name: "data" }];
    answers["/containers/json"] = [{ Id: "c", Names: ["/ocis.1.x"], Image: "ocis", Labels, Mounts }];
    const { docker, owner, image, configVolume, dataVolume } = args();
    const its = { docker, owner, image, configVolume, dataVolume, containerName: "ocis" };
    await expect(operate(dockerPreflight, {}).create(its)).rejects.toThrow(
      "remove it with `docker service rm shop-prod-ocis` before up",
    );
  });

  test("networks of one node, and those that don't exist, are refused at up", async () => {
    Object.assign(answers, volume("config", "shop/prod/ocis"), volume("data", "shop/prod/ocis"));
    answers["/networks/bridge"] = { Id: "n2", Scope: "local" };
    for (const [network, what] of [
      ["bridge", "isn't one of the Swarm"],
      ["none", "doesn't exist"],
    ] as const) {
      await expect(handler.create({ ...args(), networks: [network] })).rejects.toThrow(
        `network '${network}' ${what}: create it with \`docker network create --driver overlay ${network}\``,
      );
    }
  });
});

describe("people can log in", () => {
  const handler = operate(swarmReady, {});
  const wait = (timeoutSeconds = 3) =>
    handler.create({ docker: { host }, service: "ocis", issuer: ISSUER, timeoutSeconds });
  const container = (State: object) => ({
    ...{ Id: "c1", Name: "/c1", HostConfig: {}, Mounts: [], NetworkSettings: {} },
    ...{
      State: { Status: "running", ExitCode: 0, ...State },
      Config: { Env: [`OCIS_OIDC_ISSUER=${ISSUER}`] },
    },
  });
  const serving = (issuer: string) => ({
    "/containers/c1/json": container({ Running: true }),
    "/containers/c1/exec": { Id: "e1" },
    "/exec/e1/start": Buffer.from(`${JSON.stringify({ issuer })}\nhttp-status=200`),
    "/exec/e1/json": { ExitCode: 0 },
    "/containers/c1/logs": Buffer.from(""),
  });

  beforeEach(() => {
    answers = { "/info": MANAGER, "/services/ocis": service };
  });

  test("when the newest task answers, and has passed its health check", async () => {
    Object.assign(answers, serving(ISSUER));
    answers["/tasks"] = [task({ state: "running", container: "c1" })];
    await expect(wait()).resolves.toMatchObject({ id: "ocis" });
    answers["/tasks"] = [task({ state: "starting", container: "c1" })];
    await expect(wait(1)).rejects.toThrow(
      /after 1 seconds: its health check hasn't passed yet.*Service 'ocis'/,
    );
    answers["/tasks"] = [
      task({ state: "running", container: "c1", spec: { ContainerSpec: { Image: "old" } } }),
    ];
    await expect(wait(1)).rejects.toThrow("the previous task is still stopping");
  });

  test("not with another issuer", async () => {
    Object.assign(answers, serving(`${ISSUER}/`));
    answers["/tasks"] = [task({ state: "running", container: "c1" })];
    await expect(wait()).rejects.toThrow(`Pocket ID's issuer is '${ISSUER}/', but oCIS expects '${ISSUER}'`);
  });

  test("not if it stops again and again: the reason is in the log of one that ended", async () => {
    answers["/containers/c1/json"] = container({ Status: "exited", Running: false, ExitCode: 1 });
    answers["/containers/c1/logs"] = Buffer.from("Failed to load CSP configuration\n");
    const failed = () => task({ state: "failed", desired: "shutdown", container: "c1" });
    answers["/tasks"] = [failed(), failed(), task({ state: "ready", desired: "ready" })];
    await expect(wait()).rejects.toThrow(/oCIS keeps stopping \(2 restarts\): it could not use csp\.yaml/);
  });

  test("on another node, its health check must do, which is printed", async () => {
    answers["/tasks"] = [task({ state: "running", container: "c9", node: "elsewhere" })];
    await wait();
    expect(jest.mocked(console.error).mock.calls.flat().join()).toContain(
      "oCIS runs on another node of the Swarm (elsewhere), where logins can't be checked",
    );
  });

  test("not if the service is gone", async () => {
    delete answers["/services/ocis"];
    await expect(wait()).rejects.toThrow("service 'ocis' is gone: run `pulumi up --refresh` to recreate it");
  });
});
