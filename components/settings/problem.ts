/** One thing that is wrong with what a program or stack configuration says. */
export interface Problem {
  /** Where it is: the name of the argument, with dots for what lies inside it (`members.admin`). */
  field: string;
  /** What is wrong, with the offending value quoted, and what to write instead. One line. */
  message: string;
}

/** Thrown where settings are computed from arguments that have problems; names all of them, one a line. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  /** The message says where; formatting frames takes the runtime a quarter of a minute (see ProgramError). */
  override readonly stack = "";

  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(({ field, message }) => `${field}: ${message}`).join("\n"));
  }
}

/** @throws SettingsError when there are problems */
export function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new SettingsError(problems);
}

/** The problem of one argument; an empty list without a message. */
export function problemOf(field: string, message: string | undefined): Problem[] {
  return message === undefined ? [] : [{ field, message }];
}

/** ` (did you mean connect-src?)` for a misspelt word that is close to a known one, else nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  // A third of the letters may differ: enough for slips, too few for another word.
  let best = { hint: "", distance: Math.floor(word.length / 3) + 1 };
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < best.distance) best = { hint: ` (did you mean ${candidate}?)`, distance };
  }
  return best.hint;
}

/** Levenshtein's distance: how many letters to insert, delete or replace to get from one word to the other. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of Array.from(from).entries()) {
    const current = [row + 1];
    for (const [column, other] of Array.from(to).entries()) {
      const replaced = at(previous, column) + (letter === other ? 0 : 1);
      current.push(Math.min(replaced, at(previous, column + 1) + 1, at(current, column) + 1));
    }
    previous = current;
  }
  return at(previous, previous.length - 1);
}

const at = (distances: readonly number[], index: number) => distances[index] ?? Infinity;
