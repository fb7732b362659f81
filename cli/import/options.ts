import type { Argv } from "yargs";
import { EXIT_CODES_HELP } from "../exit-codes";
import { type OptionsOf, TEXT, TEXTS, withOneStackOption } from "../stacks/choose";

const FLAG = { type: "boolean", default: false } as const;

const OF_KUBERNETES = ["workload", "kubeconfig", "kube-context"] as const;

/** Adds the options of the command. */
export const builder = (parser: Argv<object>) =>
  withOneStackOption(parser)
    .option("compose", {
      ...TEXTS,
      defaultDescription: "none",
      describe: "Compose files; or their folder, for those that `docker compose` uses there",
    })
    .option("service", {
      ...TEXT,
      defaultDescription: "the one with oCIS's image",
      describe: "Name of oCIS's service in the compose files",
    })
    .option("container", { ...TEXT, describe: "Name of oCIS's container, instead of compose files" })
    .option("docker-host", {
      ...TEXT,
      defaultDescription: "DOCKER_HOST, or the local Docker",
      describe: "Address of the container's Docker: ssh://admin@server",
    })
    .option("docker-context", {
      ...TEXT,
      defaultDescription: "DOCKER_CONTEXT",
      describe: "Docker context of the container's Docker",
    })
    .option("namespace", { ...TEXT, describe: "Namespace of oCIS in Kubernetes, instead" })
    .option("workload", {
      ...TEXT,
      defaultDescription: "the one with oCIS's image",
      describe: "oCIS's StatefulSet or Deployment there: statefulset/ocis",
    })
    .option("kubeconfig", {
      ...TEXT,
      defaultDescription: "KUBECONFIG, or ~/.kube/config",
      describe: "Path of the kubeconfig that names its cluster",
    })
    .option("kube-context", {
      ...TEXT,
      defaultDescription: "the current one",
      describe: "Context of its cluster",
    })
    .option("members", { ...FLAG, describe: "Also import who is in the groups" })
    .option("dry-run", { ...FLAG, describe: "Print the stack file and the report, and write nothing" })
    .option("secrets-provider", {
      ...TEXT,
      defaultDescription: "the backend's own, or a passphrase",
      describe: "What encrypts the stack's secrets, as for `pulumi stack init`",
    })
    .option("json", { ...FLAG, describe: "Print JSON" })
    .check(({ compose, container, namespace, stack, ...others }) => {
      if (
        [compose.length > 0, container !== undefined, namespace !== undefined].filter(Boolean).length !== 1
      ) {
        throw new Error(
          "use either --compose docker-compose.yml, --container ocis, or --namespace ocis for Kubernetes",
        );
      }
      const lost = OF_KUBERNETES.find((name) => namespace === undefined && others[name] !== undefined);
      if (lost !== undefined) throw new Error(`--${lost} only works with --namespace`);
      if (typeof stack !== "string") throw new Error("missing name of the new stack: use --stack company");
      return true;
    })
    .example("$0 import --compose /srv/ocis --stack company --dry-run", "look first")
    .example("$0 import --namespace ocis --stack company", "from Kubernetes")
    .example("$0 import --container ocis --stack company --members", "from a running container")
    .epilogue(
      `With POCKET_ID_URL and POCKET_ID_API_KEY it also reads groups, claims and clients.\n${EXIT_CODES_HELP}`,
    );

/** The options as yargs parses them. */
export type ImportCommandOptions = OptionsOf<typeof builder>;
