import { isDeepStrictEqual } from "node:util";
import { openPocketId, type PocketId } from "../pocket-id";
import { isAtLeast } from "../pocket-id/server-version";
import { contractOf } from "./contract";
import type { Declaration, DeclarationOf } from "./declare";
import { type Handler, handlerOf, type Operations } from "./handler";
import { lookAhead } from "./preview";
import type { Problem } from "./message";

/** A version older than any. */
const NONE = "0.0";

/**
 * The handler of a declared resource. It refuses to create and update on servers that lack one of the properties, because
 * they would silently drop it.
 */
export function pocketIdHandler<Inputs extends object, Outputs extends Inputs>(
  declaration: DeclarationOf<Inputs>,
  operations: Operations<Inputs, Outputs, PocketId>,
): Handler {
  const gated = (inputs: object) => problemsAt(NONE, declaration, inputs).map(({ property }) => property);
  const refuse = async (inputs: Inputs, pocketId: PocketId) => {
    if (gated(inputs).length === 0) return;
    const [first] = problemsAt(await pocketId.version(), declaration, inputs);
    if (first !== undefined) throw new Error(`${first.property} ${first.reason}`);
  };
  const refusing: Operations<Inputs, Outputs, PocketId> = {
    ...operations,
    async problems(known, context) {
      const had = gated(context.olds);
      const isNew = gated(known).some((name) => !had.includes(name));
      const looked = isNew ? await lookAhead(() => context.open().version()) : undefined;
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
  return handlerOf({ ...contractOf(declaration), ...refusing }, openPocketId);
}

/** A property with its default is fine: that is how a server without the field behaves. */
function problemsAt(version: string, { properties }: Declaration, inputs: object): Problem[] {
  return Object.entries(inputs).flatMap(([name, value]) => {
    const { since, default: otherwise, schema } = properties[name] ?? {};
    if (value === undefined || isDeepStrictEqual(value, otherwise)) return [];
    const gates = schema?.gates?.(value).map((gate) => ({ ...gate, field: `${gate.field} ` })) ?? [];
    if (since !== undefined) gates.push({ field: "", since });
    return gates
      .filter((gate) => !isAtLeast(version, gate.since))
      .map((gate) => {
        const needs = `${gate.field}needs Pocket ID ${gate.since} or later, and this one is ${version}`;
        return { property: name, reason: `${needs}: leave it out, or upgrade Pocket ID` };
      });
  });
}
