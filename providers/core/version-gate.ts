import { isDeepStrictEqual } from "node:util";
import type { PocketId } from "../pocket-id";
import { isAtLeast } from "../pocket-id/server-version";
import type { Declaration } from "./declare";
import type { Operations } from "./handler";
import { lookAhead } from "./look-ahead";
import type { Problem } from "./problems";

/** A version older than any. */
const NONE = "0.0";

/** The same operations, for servers that know the properties only: an older one would drop them silently. */
export function gated<Inputs extends object, Outputs extends object>(
  declaration: Declaration,
  operations: Operations<Inputs, Outputs, PocketId>,
): Operations<Inputs, Outputs, PocketId> {
  if (Object.values(declaration.properties).every(({ since }) => since === undefined)) return operations;
  const refuse = async (inputs: Inputs, pocketId: PocketId) => {
    const [first] = problemsAt(await pocketId.version(), declaration, inputs);
    if (first !== undefined) throw new Error(`${first.property} ${first.reason}`);
  };
  return {
    ...operations,
    async problems(known, context) {
      const had = propertiesWithGate(declaration, context.olds);
      const isNew = propertiesWithGate(declaration, known).some((name) => !had.includes(name));
      const looked = context.creating || isNew ? await lookAhead(() => context.open().version()) : undefined;
      const problems = looked === undefined ? [] : problemsAt(looked.answer, declaration, known);
      return [...problems, ...((await operations.problems?.(known, context)) ?? [])];
    },
    async create(inputs, pocketId) {
      await refuse(inputs, pocketId);
      return operations.create(inputs, pocketId);
    },
    async update(id, olds, news, pocketId) {
      await refuse(news, pocketId);
      return operations.update(id, olds, news, pocketId);
    },
  };
}

function propertiesWithGate(declaration: Declaration, inputs: object): string[] {
  return problemsAt(NONE, declaration, inputs).map(({ property }) => property);
}

/** A property with the default is no problem: a server that lacks the field does just that. */
function problemsAt(version: string, { properties }: Declaration, inputs: object): Problem[] {
  return Object.entries(inputs).flatMap(([name, value]) => {
    const { since, default: otherwise } = properties[name] ?? {};
    if (since === undefined || value === undefined || isDeepStrictEqual(value, otherwise)) return [];
    if (isAtLeast(version, since)) return [];
    const reason = `needs Pocket ID ${since} or later, and this one is ${version}: leave it out, or upgrade Pocket ID`;
    return [{ property: name, reason }];
  });
}
