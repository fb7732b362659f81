import { hidden, hiding, isHidden, messageOf, printable, SECRETS } from "./message";

/** A problem with one property, found before anything is made. */
export interface Problem {
  readonly property: string;
  readonly reason: string;
}

/** The error of an update whose object no longer exists. */
export function gone(what: string): Error {
  return new Error(`${what} is gone from Pocket ID: run \`pulumi up --refresh\` to make it again`);
}

/** Thrown by `create` and `update` if the object exists but isn't finished: it is kept in state, and the next `up` continues. */
export class PartialFailure extends Error {
  constructor(
    readonly id: string,
    readonly outputs: object,
    cause: unknown,
  ) {
    super(messageOf(cause), { cause });
  }
}

export function onOneLineEach(problems: readonly Problem[]): Problem[] {
  return problems.map(({ property, reason }) => {
    const line = hidden(printable(reason));
    // The engine prints the value of the property that a failure names.
    return isHidden(property.split(".")[0] ?? "")
      ? { property: "", reason: `${property}: ${line}` }
      : { property, reason: line };
  });
}

/**
 * Runs an operation so that whatever it throws reaches the user as one clean message. The engine prints name and stack of
 * errors from check, read and delete; a partial failure must carry `__provider`, or refresh and destroy could not run.
 */
export async function onOneLine<T>(
  operation: () => Promise<T>,
  inputs: Record<string, unknown> = {},
  olds: Record<string, unknown> = {},
): Promise<T> {
  return hiding(inputs, () => attempt(operation, inputs), olds);
}

async function attempt<T>(operation: () => Promise<T>, inputs: Record<string, unknown>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    const message = hidden(messageOf(error) + adviceOf(error));
    const clean = Object.assign(new Error(message), { stack: message, toString: () => "pocketid" });
    if (!(error instanceof PartialFailure)) throw clean;
    throw Object.assign(clean, {
      id: error.id,
      properties: { ...error.outputs, __provider: inputs["__provider"], ...secretsOf(inputs) },
      reasons: [message],
    });
  }
}

/** The names of secrets, as state keeps them. */
export function secretsOf(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return SECRETS in properties ? { [SECRETS]: properties[SECRETS] } : {};
}

/** What an error, or its cause, advises to do next. */
function adviceOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("advice" in error && typeof error.advice === "string") return `. ${error.advice}`;
  return error instanceof PartialFailure ? adviceOf(error.cause) : "";
}
