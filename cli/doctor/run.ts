import pLimit from "p-limit";
import { reasonOf } from "../engine/programs";
import { EXIT_CODES, type ExitCode } from "../exit-codes";
import { coloursOf, printJson } from "../output";
import { chooseStacks, type Hide, onStack, openProject, type Project, readSnapshot } from "../stacks";
import { subjectsOf } from "../stacks/subject";
import { servicesIn, uncheckedInSwarm } from "../stacks/swarm";
import type { DoctorOptions } from "./options";
import { bundleOf, findStopped, readContainer } from "./container";
import { isCertificateGiven } from "./certificates";
import { examine } from "./examine";
import { checkPods, lookAtPods, readPod } from "./pods";
import { type Finding, needsFix, reportOf } from "./finding";
import { checkStoredKey } from "./pocket-id";

/** The findings of one stack, or why it couldn't be checked. */
type Result =
  | { readonly stack: string; readonly findings: readonly Finding[] }
  | { readonly stack: string; readonly error: string };

/** How many stacks are checked at a time. */
const PARALLEL = 4;

/** Checks the chosen stacks and prints the findings, in their order. */
export async function runDoctor(options: DoctorOptions): Promise<ExitCode> {
  const project = await openProject(options);
  const stacks = await chooseStacks(project, options);
  const limit = pLimit(PARALLEL);
  const pending = stacks.map((stack) => limit(() => check(project, stack, options)));
  const results: Result[] = [];
  for (const result of pending) {
    results.push(await result);
    if (!options.json) print(await result);
  }
  if (options.json) printJson(results);
  if (results.some((result) => "error" in result)) return EXIT_CODES.error;
  const found = results.some((result) => "findings" in result && needsFix(result.findings));
  return found ? EXIT_CODES.findings : EXIT_CODES.fine;
}

/** A stack that can't be checked doesn't stop the others. */
async function check(project: Project, stack: string, options: DoctorOptions): Promise<Result> {
  let hide: Hide = (text) => text;
  try {
    const snapshot = await readSnapshot(project, stack);
    ({ hide } = snapshot);
    const subjects = subjectsOf(snapshot);
    if (subjects.length === 0) {
      const up = onStack("run `pulumi up`", snapshot.options);
      throw new Error(`stack '${stack}' has no oCIS with Pocket ID logins yet: ${up}`);
    }
    const [service = ""] = servicesIn(snapshot);
    const note = uncheckedInSwarm(snapshot, `\`docker service ps ${service}\``);
    const pods = await lookAtPods(snapshot);
    for (const one of [note, pods.note]) if (one !== undefined) console.error(hide(one));
    const { user, "show-values": showValues } = options;
    const found = await Promise.all(
      subjects.map(async (subject) => {
        const { ocisUrl } = subject;
        const container = (await readContainer(snapshot, ocisUrl)) ?? (await readPod(pods.seen, ocisUrl));
        const bundle = bundleOf(snapshot, ocisUrl);
        const isGiven = isCertificateGiven(snapshot);
        return examine({ ...subject, container }, { user, showValues, bundle, isCertificateGiven: isGiven });
      }),
    );
    const named = (text: string) => hide(onStack(text, snapshot.options));
    return {
      stack,
      findings: [
        ...checkStoredKey(snapshot),
        ...(await findStopped(snapshot)),
        ...checkPods(pods.seen),
        ...found.flat(),
      ].map((one) => ({ ...one, what: named(one.what), fix: named(one.fix) })),
    };
  } catch (error) {
    return { stack, error: hide(reasonOf(error)) };
  }
}

function print(result: Result): void {
  if ("findings" in result) {
    process.stdout.write(reportOf(result.stack, result.findings, coloursOf(process.stdout)));
  } else {
    console.error(`${coloursOf(process.stderr).red("error:")} ${result.error}`);
  }
}
