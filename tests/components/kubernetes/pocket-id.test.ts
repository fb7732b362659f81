import { pocketIdPreflight, pocketIdStarted } from "@ocis-pocket-id/components/handlers";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { operate, UNKNOWN } from "../../support/operate";
import { type Answers, FakeKubectl } from "./fake-kubectl";

const kubectl = new FakeKubectl();
afterAll(() => {
  kubectl.remove();
});

const printed = () => jest.mocked(console.error).mock.calls.map(([line]) => String(line));
const owner = "shop/prod/pocket-id";
const owned = (kind: string, name: string, whose: string | undefined, uid = "1") => ({
  kind,
  metadata: { name, uid, ...(whose && { annotations: { "io.github.ocis-pocket-id.owner": whose } }) },
});

describe("before Pocket ID starts", () => {
  const handler = operate(pocketIdPreflight, {});
  const args = {
    ...{ owner, namespace: "shop-pocket-id", image: "pocket-id:2.9.0", key: "generated" },
    ...{ dataVolume: "pocket-id-data", dataSize: "1Gi", passkeyHost: "id.company.com" },
  };
  const namespace = { stdout: owned("Namespace", "shop-pocket-id", owner) };
  const ours = (claim: object | undefined) => ({
    "namespace/shop-pocket-id": namespace,
    ...(claim && { "pvc/pocket-id-data": { stdout: claim }, "get pvc pocket-id-data": { stdout: claim } }),
  });
  const claim = (whose: string | undefined = owner, uid = "1") =>
    owned("PersistentVolumeClaim", "pocket-id-data", whose, uid);
  const reasons = async (answers: Answers, changes: object = {}, olds: Record<string, unknown> = {}) => {
    kubectl.answers(answers);
    const { failures } = await handler.check({ ...args, ...changes }, olds);
    return failures.map(({ property, reason }) => `${property}: ${reason}`);
  };

  test("a claim without its key is refused; its key is enough to take it over", async () => {
    expect(await reasons(ours(claim()))).toEqual([]);
    expect(await reasons(ours(claim()), { key: UNKNOWN })).toEqual([
      "dataVolume: claim 'pocket-id-data' in namespace 'shop-pocket-id' exists already, and this stack doesn't have the key of what is " +
        "in it: set pocketIdEncryptionKey (with --secret) to that key, or delete the accounts in it with " +
        "`kubectl delete pvc pocket-id-data --namespace=shop-pocket-id`",
    ]);
    expect(await reasons(ours(claim()), { key: UNKNOWN, adoptVolumes: true })).toHaveLength(1);
    expect(await reasons(ours(claim()), { key: undefined, keyIsGiven: true })).toEqual([]);
    expect(await reasons(ours(undefined), { key: UNKNOWN })).toEqual([]);
  });

  test("a claim without an owner needs its key or adoptVolumes; that of another stack is never used", async () => {
    const nobodys = ours(owned("PersistentVolumeClaim", "pocket-id-data", undefined));
    expect(await reasons(nobodys)).toEqual([expect.stringContaining("exists and has no owner") as string]);
    expect(await reasons(nobodys, { key: undefined, keyIsGiven: true })).toEqual([]);
    const theirs = ours(claim("other/prod/pocket-id"));
    for (const changes of [{}, { keyIsGiven: true }, { adoptVolumes: true }]) {
      expect(await reasons(theirs, changes)).toEqual([
        expect.stringContaining("belongs to other/prod/pocket-id") as string,
      ]);
    }
  });

  test("a claim that was lost since the last up is refused until that is accepted once", async () => {
    kubectl.answers({ "namespace/shop-pocket-id": namespace });
    const made = await handler.create(args);
    // As the next preview leaves it in state.
    kubectl.answers(ours(claim(owner, "2")));
    const { inputs } = await handler.check(args, made.inputs);
    expect(inputs).toMatchObject({ claimIds: { data: "2" } });
    expect(await reasons(ours(claim(owner, "2")), {}, inputs)).toEqual([]);
    for (const lost of [undefined, claim(owner, "3")]) {
      expect(await reasons(ours(lost), {}, inputs)).toEqual([
        expect.stringContaining("this stack's files were in it") as string,
      ]);
      const accepted = await handler.check({ ...args, allowEmptyVolumes: true }, inputs);
      expect(accepted.failures).toEqual([]);
      expect(await reasons(ours(claim(owner, "3")), {}, accepted.inputs)).toEqual([]);
    }
  });

  test("another host and a newer version are warnings", async () => {
    const olds = { ...args, createNamespace: true, passkeyHost: "old.company.com" };
    expect(await reasons(ours(claim()), { image: "pocket-id:2.10.0" }, olds)).toEqual([]);
    expect(printed().join("\n")).toMatch(/passkeys are bound to old\.company\.com/);
    expect(printed().join("\n")).toMatch(/warning: Pocket ID 2\.10: another login engine/);
  });

  test("without the cluster, a preview that has nothing to do stays possible", async () => {
    const away = {
      get: { stderr: "The connection to the server 127.0.0.1:6443 was refused\n", exitCode: 1 },
    };
    expect(await reasons(away)).toEqual([
      "cluster: Kubernetes: The connection to the server 127.0.0.1:6443 was refused",
    ]);
    kubectl.answers(ours(claim()));
    const { inputs } = await handler.check(args);
    expect(await reasons(away, {}, inputs)).toEqual([]);
    expect(printed().join("\n")).toContain("warning: the data in Kubernetes was not checked");
  });
});

describe("Pocket ID's start", () => {
  const handler = operate(pocketIdStarted, {});
  const admin = { username: "alice", email: "alice@company.com" };
  const args = { namespace: "shop", name: "pocket-id", admin, timeoutSeconds: 1, triggers: {} };
  let server: Server;
  /** Whether Pocket ID has an admin; and all that was sent to it. */
  let isSetUp: boolean;
  let sent: string[];
  let postStatus: number;

  beforeAll(async () => {
    server = createServer((request, response) => {
      void text(request).then((body) => {
        sent.push(`${request.method ?? ""} ${request.url ?? ""} ${body}`.trim());
        const status = request.method === "GET" ? (isSetUp ? 409 : 204) : postStatus;
        response.writeHead(status).end(status === 400 ? "email is not valid" : undefined);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    [isSetUp, sent, postStatus] = [false, [], 200];
  });

  const statefulSet = {
    metadata: { generation: 1 },
    status: { observedGeneration: 1, updateRevision: "r1" },
  };
  const pod = (container: object) => ({
    items: [
      {
        metadata: { name: "pocket-id-0", labels: { "controller-revision-hash": "r1" } },
        status: { containerStatuses: [{ ready: false, restartCount: 0, ...container }] },
      },
    ],
  });
  const start = (container: object, log = "", changes: object = {}) => {
    const { port } = server.address() as AddressInfo;
    kubectl.answers({
      "get statefulset": { stdout: statefulSet },
      "get pods": { stdout: pod(container) },
      logs: { stdout: log },
      "port-forward": { stdout: `Forwarding from 127.0.0.1:${port} -> 1411\n`, stays: true },
    });
    return handler.create({ ...args, ...changes });
  };

  test("the first admin is made by the pod's own port, unless there is one", async () => {
    await start({ ready: true });
    const names = { ...admin, firstName: "alice", lastName: "" };
    expect(sent).toEqual(["GET /api/signup/setup", `POST /api/signup/setup ${JSON.stringify(names)}`]);
    [sent, isSetUp] = [[], true];
    await start({ ready: true });
    expect(sent).toEqual(["GET /api/signup/setup"]);
    sent = [];
    await start({ ready: true }, "", { admin: undefined });
    expect(sent).toEqual([]);
  });

  test("an admin whom Pocket ID refuses is a failure: nobody may be let in", async () => {
    postStatus = 400;
    await expect(start({ ready: true })).rejects.toThrow(
      "Pocket ID didn't make alice its first admin (400): email is not valid",
    );
  });

  test("why it doesn't start is in the error", async () => {
    const crashed = { state: { waiting: { reason: "CrashLoopBackOff" } }, restartCount: 1 };
    const log = "ERR failed to decrypt the key";
    await expect(start(crashed, log)).rejects.toThrow("its database was encrypted with another key");
    const away =
      'ERR Failed to run pocket-id error="failed to connect to database: dial tcp: connection refused"';
    const stopsAgainAndAgain = start({ ...crashed, restartCount: 3 }, away, { timeoutSeconds: 300 });
    await expect(stopsAgainAndAgain).rejects.toThrow(
      /doesn't run after \d+ seconds: its PostgreSQL can't be reached, .*end of its log: ERR Failed to run pocket-id/,
    );
    const unpulled = { state: { waiting: { reason: "ErrImagePull", message: "not found" } } };
    await expect(start(unpulled)).rejects.toThrow("its image can't be pulled: not found");
    await expect(start({ state: { running: {} } }, "already one instance running")).rejects.toThrow(
      "it waits for the lock",
    );
    kubectl.answers({});
    await expect(handler.create(args)).rejects.toThrow("StatefulSet 'pocket-id' is gone");
    expect(sent).toEqual([]);
  });
});
