import { join } from "node:path";
import { Docker } from "../support/docker";
import { TestCluster } from "../support/kubectl";
import { uniqueName } from "../support/pocket-id";
import { loginOf, runProgram } from "../support/program";
import { startProxy } from "./company-cluster";
import { kubernetesParts } from "./kubernetes-parts";
import { ManagedCompany } from "./managed-company";
import { systemParts } from "./parts";

const { kubeconfig, images, missing } = kubernetesParts("a company that moves to Kubernetes");
const parts = systemParts();
if (missing === undefined && "missing" in parts)
  console.log(`The test of a company that moves to Kubernetes is skipped: ${parts.missing}`);

/** A company with a Pocket ID of its own outgrows its Docker host; each test goes on where the one before stopped. */
(missing === undefined && !("missing" in parts) ? describe : describe.skip)(
  "from Docker to Kubernetes",
  () => {
    const docker = new Docker();
    const cluster = new TestCluster(kubeconfig);
    const name = uniqueName("k8smove");
    const checkout = process.cwd();
    const namespaces = [name, `${name}-test-ocis`, `${name}-test-pocket-id`] as const;
    let company: ManagedCompany;
    let backup: string;

    beforeAll(async () => {
      if ("missing" in parts) return;
      company = await ManagedCompany.create(docker, name, parts);
      await company.up();
      await company.begin();
    });
    afterAll(async () => {
      try {
        await company.stack.destroy({ excludeProtected: true });
      } finally {
        cluster.close();
        for (const each of namespaces) {
          await cluster.kubectl("delete", "namespace", each, "--ignore-not-found", "--wait=false");
        }
        await company.remove(checkout);
      }
    });

    const program = async (...words: string[]) => {
      const { stack } = company;
      const run = await runProgram([...words, "--stack", "test", "--cwd", stack.directory], loginOf(stack));
      if (run.code !== 0) throw new Error(run.stderr);
      return run.stdout;
    };

    test("oCIS stops on the Docker host, and is backed up", async () => {
      await docker.run("stop", company.container("ocis"));
      backup = (await program("backup", "--to", join(company.folder, "backups"))).split("\n", 1)[0] ?? "";
      const { State } = await docker.inspect<{ State: { Running: boolean } }>(
        "container",
        company.container("ocis"),
      );
      expect(State.Running).toBe(false);
    });

    test("a restore makes and fills its claims, and the next up moves it there with all that it had", async () => {
      const { ocisHost = "", pocketIdHost = "", product, members, pocketIdAdmin } = company.keys;
      // The port is the proxy's in Docker as yet.
      await docker.run("stop", company.container("proxy"));
      const proxy = await startProxy(
        cluster,
        name,
        images.caddy,
        { ocis: `ocis.${namespaces[1]}.svc:9200`, pocketId: `pocket-id.${namespaces[2]}.svc:1411` },
        { ocis: ocisHost, pocketId: pocketIdHost },
      );
      for (const key of Object.keys(company.keys)) Reflect.deleteProperty(company.keys, key);
      const hosts = [ocisHost, pocketIdHost].map((host) => [host.split(":")[0], proxy.proxyAddress]);
      const keys = {
        ...{
          product,
          members,
          pocketIdAdmin,
          ocisHost,
          pocketIdHost,
          pocketId: "managed",
          target: "kubernetes",
        },
        ...{ ocisImage: images.ocis, pocketIdImage: images.pocketId, caCertificate: proxy.authority },
        extraHosts: JSON.stringify(Object.fromEntries(hosts)),
        kubernetes: JSON.stringify({ storage: { data: "1Gi" } }),
        protect: "false",
      } as Record<string, string>;
      await company.configure(keys);
      await company.stack.setConfig({
        "pocketid:url": { value: proxy.pocketIdUrl },
        "kubernetes:kubeconfig": { value: kubeconfig },
      });
      expect(await program("restore", backup)).toContain("pulumi up");
      await company.stack.up();
      company.outputs = { ...company.outputs, authority: proxy.authority };
      expect(await docker.names("container", `name=${name}`)).toEqual([]);
      await company.recovered();
      expect(Object.keys((await company.stack.preview({ refresh: true })).changes)).toEqual(["same"]);
    });
  },
);
