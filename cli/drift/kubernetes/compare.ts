import { isDeepStrictEqual } from "node:util";

/** A value that isn't as it should be. */
export interface Difference {
  /** Keys of maps, names of entries. */
  readonly path: readonly string[];
  readonly is: unknown;
  /** Undefined for what was added. */
  readonly should: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** What tells the entries of a list apart, the most specific first: several mounts can be of one volume. */
const NAMES = ["mountPath", "name", "host", "ip", "key", "containerPort", "port"];

/** Maps without anything that Kubernetes or a controller adds. */
const WHOLE = new Set(["data", "stringData", "matchLabels", "selector", "nodeSelector", "limits"]);

/** What others write for themselves, and Pulumi's own orders. */
const IGNORED = /^pulumi\.com\//;

/**
 * Compares what a program declares with what Kubernetes has. Kubernetes adds fields, labels and annotations, which aren't
 * differences; but no entries of lists.
 */
export function differences(should: unknown, is: unknown, path: readonly string[] = []): Difference[] {
  // Variables are compared as a whole.
  if (path.at(-2) === "env" && !isDeepStrictEqual(should, is)) return [{ path, is, should }];
  if (isFields(should) && isFields(is)) return inFields(should, is, path);
  if (Array.isArray(should) && Array.isArray(is)) return inLists(should, is, path);
  // Kubernetes leaves out what is empty.
  if (isDeepStrictEqual(should, is) || (is === undefined && isEmpty(should))) return [];
  return [{ path, is, should }];
}

function inFields(should: Fields, is: Fields, path: readonly string[]): Difference[] {
  const added = WHOLE.has(path.at(-1) ?? "") ? Object.keys(is).filter((key) => !(key in should)) : [];
  return [
    ...Object.keys(should)
      .filter((key) => !IGNORED.test(key))
      .flatMap((key) => differences(should[key], is[key], [...path, key])),
    ...added.map((key) => ({ path: [...path, key], is: is[key], should: undefined })),
  ];
}

function inLists(should: readonly unknown[], is: readonly unknown[], path: readonly string[]): Difference[] {
  const name = NAMES.find((one) => isName(one, should) && isName(one, is));
  if (name !== undefined) {
    const byName = (list: readonly unknown[]) =>
      Object.fromEntries(list.map((entry) => [String((entry as Fields)[name]), entry]));
    const [ours, theirs] = [byName(should), byName(is)];
    return [
      ...Object.keys(ours).flatMap((key) => differences(ours[key], theirs[key], [...path, key])),
      ...Object.keys(theirs)
        .filter((key) => !(key in ours))
        .map((key) => ({ path: [...path, key], is: theirs[key], should: undefined })),
    ];
  }
  const areFields = [...should, ...is].every(isFields) && should.length === is.length;
  if (areFields) {
    return should.flatMap((entry, index) => differences(entry, is[index], [...path, String(index)]));
  }
  return isDeepStrictEqual(should, is) ? [] : [{ path, is, should }];
}

/** Whether each entry has its own. */
function isName(name: string, list: readonly unknown[]): boolean {
  const values = list.map((entry) => (isFields(entry) ? entry[name] : undefined));
  return !values.includes(undefined) && new Set(values).size === list.length;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isEmpty = (value: unknown) =>
  value === "" ||
  value === undefined ||
  value === null ||
  (typeof value === "object" && Object.keys(value).length === 0);
