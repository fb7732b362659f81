import { Cluster } from "@ocis-pocket-id/components/kubernetes";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { kubernetesHost } from "../../../cli/backup/kubernetes/host";
import { openPods } from "../../../cli/backup/kubernetes/pods";
import { workloadsOf } from "../../../cli/backup/kubernetes/workloads";
import { tarOf, TarReader } from "../../../cli/backup/tar";
import { FakeKubectl } from "../../components/kubernetes/fake-kubectl";
import { pocketId, preflight, stack, statefulSet } from "./kubernetes-stack";

const kubectl = new FakeKubectl();
const root = mkdtempSync(join(tmpdir(), "pods-"));
afterAll(() => {
  kubectl.remove();
  rmSync(root, { recursive: true });
});
const signal = () => AbortSignal.timeout(20_000);

describe("files in pods", () => {
  const { workloads } = workloadsOf(stack(preflight(), statefulSet("ocis")));
  const places = workloads.flatMap(({ service }) => service.places);
  const running = { kind: "Pod", metadata: { name: "ocis-backup", uid: "1" }, status: { phase: "Running" } };
  const data = join(root, "volumes", "ocis-data");
  beforeEach(() => {
    for (const one of ["volumes", "tmp"]) rmSync(join(root, one), { recursive: true, force: true });
    for (const one of [data, join(root, "volumes", "ocis-config"), join(root, "tmp")])
      mkdirSync(one, { recursive: true });
    kubectl.answers({ "get pod ocis-backup": { stdout: running }, exec: { root } });
  });
  const entriesOf = async (archive: Readable) => {
    const names: string[] = [];
    const reader = new TarReader(({ name }) => names.push(name));
    reader.write(await buffer(archive));
    reader.end();
    return names.sort();
  };

  test("an archive has all but the file system's own folder, and can be unpacked again", async () => {
    mkdirSync(join(data, "lost+found", "inner"), { recursive: true });
    mkdirSync(join(data, "a folder"));
    for (const file of [".hidden", "a folder/ümlaut\nand line", "..odd"])
      writeFileSync(join(data, file), file);
    const volumes = await openPods(new Cluster({}), workloads, places, signal());
    const archive = await buffer(await volumes.read("ocis-data"));
    const names = await entriesOf(Readable.from([archive]));
    expect(names).toHaveLength(4);
    expect(names.join()).not.toContain("lost+found");
    await volumes.clear("ocis-data");
    expect(await entriesOf(await volumes.read("ocis-data"))).toEqual([]);
    await volumes.write("ocis-data", Readable.from([archive]));
    expect(readFileSync(join(data, "a folder/ümlaut\nand line"), "utf8")).toBe("a folder/ümlaut\nand line");
    await volumes.close();
    const calls = kubectl.calls().map(({ args }) => args.join(" "));
    const runs = calls.filter((call) => call.startsWith("exec"));
    expect(runs.every((call) => call.includes(" ocis-backup --namespace=shop --container=files -- "))).toBe(
      true,
    );
    expect(calls.at(-1)).toBe("delete pod ocis-backup --namespace=shop --ignore-not-found --wait");
  });

  test("the pod passes the Pod Security Standard restricted, and goes to the node of the volumes", async () => {
    await openPods(new Cluster({}), workloads, places, signal());
    const [create] = kubectl.calls();
    expect(JSON.parse(create?.input ?? "")).toMatchObject({
      metadata: { name: "ocis-backup", namespace: "shop" },
      spec: {
        ...{ restartPolicy: "Never", securityContext: { runAsNonRoot: true }, activeDeadlineSeconds: 86_400 },
        containers: [{ image: "owncloud/ocis:8.0.5", securityContext: { allowPrivilegeEscalation: false } }],
        affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100 }] } },
      },
    });
  });

  test("an archive that wasn't unpacked to its end is reported", async () => {
    const volumes = await openPods(new Cluster({}), workloads, places, signal());
    writeFileSync(join(data, "foreign"), "");
    await expect(volumes.write("ocis-data", Readable.from([tarOf("ocis-data/file", "x")]))).rejects.toThrow(
      "ocis-data has 2 of 1 entries after it was filled",
    );
  });

  test("a folder's disk in Docker may have had a lost+found", async () => {
    const volumes = await openPods(new Cluster({}), workloads, places, signal());
    mkdirSync(join(root, "disk", "ocis-data", "lost+found", "inner"), { recursive: true });
    const archive = execFileSync("tar", ["-c", "-C", join(root, "disk"), "ocis-data"]);
    await expect(volumes.write("ocis-data", Readable.from([archive]))).resolves.toBeUndefined();
  });

  test("a command that fails in the pod is reported with its reason", async () => {
    rmSync(data, { recursive: true });
    const volumes = await openPods(new Cluster({}), workloads, places, signal());
    await expect(volumes.write("ocis-data", Readable.from([Buffer.alloc(3)]))).rejects.toThrow(
      /tar|cut off|early/,
    );
    kubectl.answers({
      "get pod ocis-backup": { stdout: running },
      exec: {
        stderr: "tar: can't open 'x': Permission denied\ncommand terminated with exit code 1\n",
        exitCode: 1,
      },
    });
    await expect(buffer(await volumes.read("ocis-config"))).rejects.toThrow(
      "tar: can't open 'x': Permission denied",
    );
    const gone = { stderr: "command terminated with exit code 137\n", exitCode: 137 };
    kubectl.answers({ "get pod ocis-backup": { stdout: running }, exec: gone });
    await expect(buffer(await volumes.read("ocis-config"))).rejects.toThrow(
      "its pod was deleted, evicted or out of memory: `kubectl get events` has the reason",
    );
  });

  test("two at a time are refused, and pods that were made go", async () => {
    const both = workloadsOf(stack(preflight(), statefulSet("ocis"), pocketId)).workloads;
    const all = both.flatMap(({ service }) => service.places);
    const exists = 'Error from server (AlreadyExists): pods "ocis-backup" already exists';
    kubectl.answers({ create: { stderr: exists, exitCode: 1 } });
    await expect(openPods(new Cluster({}), both, all, signal())).rejects.toThrow(
      "pod 'pocket-id-backup' exists in namespace 'id', so another backup or restore of this stack is running: wait until it ends; " +
        "or, if it was killed, run `kubectl delete pod pocket-id-backup --namespace=id`",
    );
  });

  test("a pod that can't run is reported with Kubernetes's reason", async () => {
    const waiting = { reason: "ErrImageNeverPull", message: "no such image" };
    const status = {
      phase: "Pending",
      containerStatuses: [{ ready: false, restartCount: 0, state: { waiting } }],
    };
    kubectl.answers({ "get pod ocis-backup": { stdout: { ...running, status } } });
    const volumes = await openPods(new Cluster({}), workloads, places, signal());
    await expect(volumes.read("ocis-data")).rejects.toThrow(
      "pod 'ocis-backup' in namespace 'shop', which reads the volumes, doesn't run: ErrImageNeverPull: no such image",
    );
  });

  test("a StatefulSet counts as stopped when its pod is gone, and starts with one", async () => {
    const host = kubernetesHost({}, workloads, []);
    kubectl.answers({ "get pods": { stdout: { items: [] } } });
    await host.stop("shop/ocis");
    await host.start("shop/ocis");
    const calls = kubectl.calls().map(({ args }) => args.join(" "));
    expect(calls[0]).toBe("scale statefulset/ocis --namespace=shop --replicas=0");
    expect(calls.at(-1)).toBe("scale statefulset/ocis --namespace=shop --replicas=1");
    expect(host.startCommand("shop/ocis")).toBe(
      "kubectl scale statefulset/ocis --replicas=1 --namespace=shop",
    );
  });

  test("a start waits for an API server that is away, but not for one that forbids it", async () => {
    const host = kubernetesHost({}, workloads, []);
    const away =
      "The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?";
    kubectl.answers({ scale: { stderr: away, exitCode: 1 } });
    const started = host.start("shop/ocis");
    await sleep(400);
    kubectl.answers({});
    await started;
    expect(kubectl.calls()).not.toEqual([]);
    const forbidden = 'Error from server (Forbidden): statefulsets.apps "ocis" is forbidden';
    kubectl.answers({ scale: { stderr: forbidden, exitCode: 1 } });
    await expect(host.start("shop/ocis")).rejects.toThrow(
      'Kubernetes: statefulsets.apps "ocis" is forbidden',
    );
  });

  test("a pod that couldn't be removed is removed by the next try, and the error tells how to do it", async () => {
    const volumes = await openPods(new Cluster({}), workloads, places, signal());
    kubectl.answers({ delete: { stderr: "Unable to connect to the server: EOF", exitCode: 1 } });
    await expect(volumes.close()).rejects.toThrow(
      "pod 'ocis-backup' can't be removed (Kubernetes: Unable to connect to the server: EOF): run " +
        "`kubectl delete pod ocis-backup --namespace=shop`",
    );
    kubectl.answers({});
    await volumes.close();
    await volumes.close();
    expect(kubectl.calls().map(({ args }) => args[0])).toEqual(["delete"]);
  });

  test("the data's claims tell when they were backed up", async () => {
    const services = workloads.map(({ service }) => service);
    await kubernetesHost({}, workloads, []).record(services, "2026-11-28T02:00:00Z");
    expect(kubectl.calls().map(({ args }) => args.join(" "))).toEqual([
      "annotate pvc/ocis-data --namespace=shop --overwrite io.github.ocis-pocket-id.last-backup=2026-11-28T02:00:00Z",
    ]);
  });
});
