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
