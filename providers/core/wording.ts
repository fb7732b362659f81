import { isDeepStrictEqual } from "node:util";
import {
  type Declaration,
  type EntryWording,
  type Fields,
  isRecord,
  type NamedEntryWording,
  type Names,
  type Property,
} from "./declare";
import { printable } from "./message";

/** One field that isn't as it should be. */
export interface Change {
  readonly field: string;
  readonly words: string;
}

/** Every property of an object that isn't as it should be, as text. */
export function changesOf({ properties }: Declaration, is: Fields, should: Fields, names: Names): Change[] {
  return Object.entries(properties)
    .filter(([name, property]) => isOfObject(property) && should[name] !== undefined)
    .filter(([name]) => !isDeepStrictEqual(is[name], should[name]))
    .flatMap(([name, { drift = name }]) => {
      if (typeof drift === "string") return { field: name, words: isShouldBe(drift, is[name], should[name]) };
      if ("nowTrue" in drift)
        return { field: name, words: is[name] === true ? drift.nowTrue : drift.nowFalse };
      if ("value" in drift) return namedEntryChanges(name, drift, is[name], should[name]);
      const { explainedBy } = drift;
      if (explainedBy !== undefined && is[explainedBy] !== should[explainedBy]) return [];
      return entryWords(drift, is[name], should[name], names).map((words) => ({ field: name, words }));
    });
}

/** Other properties control the handler, or are outputs. */
const isOfObject = ({ wire, drift }: Property) => wire !== undefined || drift !== undefined;

function entryWords(wording: EntryWording, is: unknown, should: unknown, names: Names): string[] {
  const { entry, added = "was added", removed = "was removed", groups } = wording;
  const changes = listChanges(textsIn(is), textsIn(should));
  const words = (what: string) => (value: string) =>
    `${entry} ${shown(groups ? names.group(value) : value)} ${what}`;
  return [...changes.removed.map(words(removed)), ...changes.added.map(words(added))];
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
  const words = [...wanted]
    .filter(([name, value]) => !isDeepStrictEqual(live.get(name), value))
    .map(([name, value]) => {
      const what = `${entry} ${name}`;
      const isThere = live.has(name);
      return [
        name,
        isThere ? isShouldBe(what, live.get(name), value) : `${what} was removed, should be ${shown(value)}`,
      ];
    });
  const added = [...live]
    .filter(([name]) => !wanted.has(name))
    .map(([name, value]) => [name, `${entry} ${name} = ${shown(value)} was added`]);
  return [...words, ...added].map(([name = "", text = ""]) => ({ field: `${field}.${name}`, words: text }));
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
export function listChanges(
  is: readonly string[],
  should: readonly string[],
): { added: string[]; removed: string[] } {
  return {
    added: is.filter((entry) => !should.includes(entry)),
    removed: should.filter((entry) => !is.includes(entry)),
  };
}
