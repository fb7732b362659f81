import { isDeepStrictEqual } from "node:util";
import { type Declaration, type Fields, isRecord, type NamedEntryWording, type Names } from "./declare";
import { printable } from "./message";

/** One field that isn't as it should be. */
export interface Change {
  readonly field: string;
  readonly words: string;
}

/** Every property of an object that isn't as it should be, as text. */
export function changesOf({ properties }: Declaration, is: Fields, should: Fields, names: Names): Change[] {
  return Object.entries(properties).flatMap(([field, { wire, drift }]): Change[] => {
    // Others control the handler, or are outputs.
    const isOfObject = wire !== undefined || drift !== undefined;
    const [live, wanted] = [is[field], should[field]];
    if (!isOfObject || wanted === undefined || isDeepStrictEqual(live, wanted)) return [];
    const change = (words: string) => ({ field, words });
    if (drift === undefined || typeof drift === "string") {
      return [change(isShouldBe(drift ?? field, live, wanted))];
    }
    if ("nowTrue" in drift) return [change(live === true ? drift.nowTrue : drift.nowFalse)];
    if ("value" in drift) return namedEntryChanges(field, drift, live, wanted);
    const { entry, added = "was added", removed = "was removed", groups, explainedBy } = drift;
    if (explainedBy !== undefined && is[explainedBy] !== should[explainedBy]) return [];
    const entries = listChanges(textsIn(live), textsIn(wanted));
    const words = (what: string) => (value: string) =>
      change(`${entry} ${shown(groups ? names.group(value) : value)} ${what}`);
    return [...entries.removed.map(words(removed)), ...entries.added.map(words(added))];
  });
}

function namedEntryChanges(
  field: string,
  { entry, ...fields }: NamedEntryWording,
  is: unknown,
  should: unknown,
): Change[] {
  const byName = (list: unknown) =>
    new Map(recordsIn(list).map((one) => [String(one[fields.name]), one[fields.value]] as const));
  const [live, wanted] = [byName(is), byName(should)];
  const wrong = [...wanted].filter(([name, value]) => !isDeepStrictEqual(live.get(name), value));
  const added = [...live].filter(([name]) => !wanted.has(name));
  const change = (name: string, words: string) => ({ field: `${field}.${name}`, words });
  return [
    ...wrong.map(([name, value]) => {
      const what = `${entry} ${name}`;
      const removed = `${what} was removed, should be ${shown(value)}`;
      return change(name, live.has(name) ? isShouldBe(what, live.get(name), value) : removed);
    }),
    ...added.map(([name, value]) => change(name, `${entry} ${name} = ${shown(value)} was added`)),
  ];
}

const recordsIn = (value: unknown) => (Array.isArray(value) ? value.filter(isRecord) : []);
const textsIn = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);

/** A value for a reader: on one line, without control characters. */
export function shown(value: unknown): string {
  const text = typeof value === "string" ? `'${value}'` : (JSON.stringify(value) as string | undefined);
  return text === undefined ? "nothing" : printable(text);
}

/** `claim roles is 'user', should be 'ocisUser'`, or `claim roles is missing, should be 'ocisUser'`. */
export function isShouldBe(what: string, is: unknown, should: unknown): string {
  if (is === undefined) return `${what} is missing, should be ${shown(should)}`;
  return `${what} is ${shown(is)}, should be ${should === "" ? "empty" : shown(should)}`;
}

/** What was added to a list by hand, and what was removed. */
export function listChanges(is: readonly string[], should: readonly string[]) {
  return {
    added: is.filter((entry) => !should.includes(entry)),
    removed: should.filter((entry) => !is.includes(entry)),
  };
}
