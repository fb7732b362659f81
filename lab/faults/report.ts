import type { Table } from "../report";
import type { Finding } from "./cell";
import { type Findings, WAYS } from "./matrix";
import type { Fault } from "./fault";

/** What happens to the request, in words. */
const IN_WORDS: Readonly<Record<Fault, string>> = {
  refused: "connection refused from there on",
  "lost before": "connection cut before the server has seen it",
  "lost after": "connection cut after the server has acted",
  "500": "500",
  "503": "503 with Retry-After",
  "429": "429",
  "429 with Retry-After": "429 with Retry-After",
  hang: "no answer",
  late: "no answer, and it arrives after the client gave up",
  "not JSON": "an answer that is not JSON",
  replaced: "the server has acted, and the answer is not JSON",
  "killed before": "engine, plugin and program killed before the server has seen it",
  "killed after": "engine, plugin and program killed after the server has acted",
};

/** Counts of all cells, by the way in which the request failed. */
export function findingsTable({ findings }: Findings): Table {
  const ways = WAYS.map((fault) => ({
    name: IN_WORDS[fault],
    of: findings.filter(({ cell }) => cell.fault === fault),
  }));
  const rows = [...ways.filter(({ of }) => of.length > 0), { name: "all", of: findings }];
  return {
    headings: [
      "The request's fate",
      "Cut points",
      "Run succeeded",
      "Next `up` converged",
      "Named command needed",
      "Failed",
    ],
    rows: rows.map(({ name, of }) => [name, ...counts(of).map(String)]),
  };
}

/** Failed cells count once, as failed. */
function counts(findings: readonly Finding[]): number[] {
  const failed = findings.filter(({ problems }) => problems.length > 0);
  const kept = findings.filter(({ problems }) => problems.length === 0);
  const survived = kept.filter(({ survived, neededCommand }) => survived && !neededCommand);
  const command = kept.filter(({ neededCommand }) => neededCommand);
  const converged = kept.length - survived.length - command.length;
  return [findings.length, survived.length, converged, command.length, failed.length];
}

/** What the counts stand on, in a few sentences. */
export function findingsSummary({ requests, findings, ends }: Findings): string {
  const missed = findings.filter(({ request }) => request === undefined).length;
  const sentences = [
    `A whole \`up\` made ${requests.create} requests, an update of everything ${requests.change}.`,
    `The runs came to ${ends} different ends, each of which had an empty preview and a destroy that left nothing.`,
    ...(missed === 0 ? [] : [`${missed} cut points were not reached: those runs made fewer requests.`]),
  ];
  return sentences.join(" ");
}
