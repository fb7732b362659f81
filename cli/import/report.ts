import { shellWord } from "@ocis-pocket-id/components/docker-host";
import { CONNECTION_KEYS } from "@ocis-pocket-id/providers/pocket-id";
import { dump } from "js-yaml";
import type { DockerSetup, Imported, KubernetesSetup, Setup } from "./setup";

/** What was read, and what became of it. */
export interface Outcome {
  readonly setup: Setup;
  readonly imported: Imported;
  readonly stack: string;
  /** The file that was written; undefined for a dry run. */
  readonly file: string | undefined;
  /** The content of the stack file without secrets. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Whether there is an API key. */
  readonly hasKey: boolean;
  readonly newName: string;
}

/** The commands up to the first `up`, in order, and those back. */
export function stepsOf({ setup, stack, hasKey, newName }: Outcome) {
  const options = `--stack ${shellWord(stack)}`;
  const { removal, comeback } =
    setup.runsIn === "docker" ? inDocker(setup, newName) : inKubernetes(setup, newName);
  return {
    forward: [
      ...(hasKey ? [] : [`pulumi config set --secret ${CONNECTION_KEYS.apiKey} ${options}`]),
      `pulumi preview ${options}`,
      ...removal,
      `pulumi up ${options}`,
    ],
    back: comeback,
  };
}

/** What makes room for the new oCIS, and what brings the old one back. */
interface Move {
  readonly removal: readonly string[];
  readonly comeback: readonly string[];
}

const inDocker = ({ removal, comeback }: DockerSetup, newName: string): Move => ({
  removal: [removal],
  comeback: [`docker rm --force ${newName}`, ...(comeback === undefined ? [] : [comeback])],
});

function inKubernetes(setup: KubernetesSetup, newName: string): Move {
  const { kubectl, namespace, workload, selector, routes } = setup;
  const at = `--namespace=${namespace}`;
  // Two for one host would contradict each other.
  const gone = routes.slice(0, 1).filter(({ isOcisAlone }) => isOcisAlone);
  const fileOf = (object: string) => `${object.replace("/", "-")}.yaml`;
  const ours = gone.map(({ object }) => object.replace(/\/.*/, `/${newName}`));
  return {
    removal: [
      ...gone.flatMap(({ object }) => [
        `${kubectl} get ${object} ${at} --output=yaml >${fileOf(object)}`,
        `${kubectl} delete ${object} ${at}`,
      ]),
      `${kubectl} scale ${workload} --replicas=0 ${at}`,
      `${kubectl} wait --for=delete pod --selector=${shellWord(selector)} ${at} --timeout=120s`,
    ],
    comeback: [
      `${kubectl} scale statefulset/${newName} --replicas=0 ${at}`,
      `${kubectl} wait --for=delete pod/${newName}-0 ${at} --timeout=120s`,
      ...ours.map((object) => `${kubectl} delete ${object} ${at}`),
      ...gone.map(({ object }) => `${kubectl} create --filename=${fileOf(object)}`),
      `${kubectl} scale ${workload} --replicas=1 ${at}`,
    ],
  };
}

/** The report for people. */
export function reportText(outcome: Outcome): string {
  const { setup, imported, file, stack, config } = outcome;
  const { differences, changes, byHand, blockers, secretEnvironment } = imported;
  const secrets = Object.keys(secretEnvironment);
  const { forward, back } = stepsOf(outcome);
  const others = setup.others.map(({ name, image }) => `${name} (${image})`);
  const content = dump({ config }, { lineWidth: -1, noRefs: true });
  return [
    `Read: ${setup.source}\n`,
    file === undefined ? `Would write Pulumi.${stack}.yaml:\n${indented(content)}` : `Written: ${file}\n`,
    section(file === undefined ? "Would encrypt" : "Encrypted", secrets),
    section("Differences from the guide", differences),
    section("The first up", [
      `adopts groups, claims, clients and data, and replaces the ${NEW[setup.runsIn]}`,
      ...changes,
    ]),
    section("To do before it can be imported", blockers),
    section("To do by hand", byHand),
    section("Not touched", others),
    `Next, after a backup of both ${hasFolders(imported) ? "folders" : KEPT[setup.runsIn]}:\n${forward.map((step) => `  ${step}\n`).join("")}`,
    `Back: ${back.join("; ")}\n`,
  ]
    .filter((part) => part !== "")
    .join("\n");
}

const NEW = { docker: "container", kubernetes: "pod" };
const KEPT = { docker: "volumes", kubernetes: "claims" };

const hasFolders = ({ config }: Imported) =>
  (config["volumes"] as { data: string } | undefined)?.data.startsWith("/") === true;

const section = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? "" : `${title}:\n${lines.map((line) => `- ${line}\n`).join("")}`;

const indented = (text: string) => text.replace(/^(?=.)/gm, "  ");

/** The report for programs; it has no secret. */
export function reportJson(outcome: Outcome) {
  const { setup, imported, stack, file, config } = outcome;
  const { differences, changes, byHand, blockers, secretEnvironment } = imported;
  return {
    ...{ stack, source: setup.source, file: file ?? null, config },
    secretEnvironment: Object.keys(secretEnvironment),
    ...{ differences, changes, byHand, blockers },
    others: setup.others,
    ...stepsOf(outcome),
  };
}
