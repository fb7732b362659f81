import { type Change, isShouldBe, shown } from "@ocis-pocket-id/providers/core";
import type { StackSnapshot } from "../stacks";
import { ownEnvironment, subjectsOf } from "../stacks/subject";

type Variables = ReadonlyMap<string, string>;

/** What a comparison of variables needs beside them. */
interface Options {
  readonly snapshot: StackSnapshot;
  /** Whether a value can be printed. @param isOwn whether this package set it */
  readonly mayShow: (isOwn: boolean) => boolean;
  /** Whether a variable that state lacks comes from elsewhere than a hand. */
  readonly isExpected: (name: string) => boolean;
}

/** More missing variables than this share one line. */
const MAX_LINES = 3;

/** Variables that differ from state. Only values that this package sets are shown: any other can be a password. */
export function variableChanges(
  should: Variables,
  is: Variables,
  { snapshot, mayShow, isExpected }: Options,
): Change[] {
  const own = ownVariables(snapshot, Object.fromEntries(should));
  const isShown = (name: string) => mayShow(Object.hasOwn(own, name) && own[name] === should.get(name));
  const change = (name: string, words: string) => ({ field: `environment.${name}`, words });
  const names = [...should.keys()];

  const missing = names.filter((name) => !is.has(name));
  const many = `${missing.length} variables are missing, such as ${missing.slice(0, MAX_LINES).join(", ")}`;
  const isMissing = (name: string) => change(name, `variable ${name} is missing`);
  const wrong = names.filter((name) => is.has(name) && is.get(name) !== should.get(name));
  const added = [...is.keys()].filter((name) => !should.has(name) && !isExpected(name));
  return [
    ...wrong.map((name) => {
      const what = `variable ${name}`;
      const values = isShouldBe(what, is.get(name), should.get(name));
      return change(name, isShown(name) ? values : `${what} differs`);
    }),
    ...(missing.length > MAX_LINES ? [{ field: "environment", words: many }] : missing.map(isMissing)),
    ...added.map((name) => {
      const value = mayShow(false) ? ` = ${shown(is.get(name))}` : "";
      return change(name, `variable ${name}${value} was added`);
    }),
  ];
}

function ownVariables(snapshot: StackSnapshot, set: Readonly<Record<string, string>>) {
  const subjects = subjectsOf(snapshot);
  const subject =
    subjects.find(({ ocisUrl }) => ocisUrl === (set["OCIS_URL"] ?? set["OC_URL"])) ?? subjects[0];
  if (subject === undefined) return ownEnvironment(undefined, set);
  const { product, ocisUrl, issuer, claimKey, webClient } = subject;
  return ownEnvironment({ product, ocisUrl, issuer, claimKey, clientId: webClient.id }, set);
}
