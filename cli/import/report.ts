import { shellWord } from "@ocis-pocket-id/components/docker-host";
import { CONNECTION_KEYS } from "@ocis-pocket-id/providers/pocket-id";
import { dump } from "js-yaml";
import type { Imported, Setup } from "./setup";

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
  const { removal, comeback } = setup;
  const options = `--stack ${shellWord(stack)}`;
  return {
    forward: [
      ...(hasKey ? [] : [`pulumi config set --secret ${CONNECTION_KEYS.apiKey} ${options}`]),
      `pulumi preview ${options}`,
      removal,
      `pulumi up ${options}`,
    ],
    back: [`docker rm --force ${newName}`, ...(comeback === undefined ? [] : [comeback])],
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
      "adopts groups, claims, clients and data, and replaces the container",
      ...changes,
    ]),
    section("To do before it can be imported", blockers),
    section("To do by hand", byHand),
    section("Not touched", others),
    `Next, after a backup of both ${hasFolders(imported) ? "folders" : "volumes"}:\n${forward.map((step) => `  ${step}\n`).join("")}`,
    `Back: ${back.join("; ")}\n`,
  ]
    .filter((part) => part !== "")
    .join("\n");
}

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
