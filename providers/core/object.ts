import type { PocketId } from "../pocket-id";
import { adoptionProblem, announce } from "./adoption";
import type { DeclarationOf } from "./declare";
import type { Handler, Operations } from "./handler";
import { gone, PartialFailure } from "./message";
import { type LiveObject, ObjectKind, type ObjectInputs, type ObjectRules, serverOf } from "./object-kind";
import { pocketIdHandler } from "./pocket-id-handler";
import { isInState, lookAhead, noteInState, notice } from "./preview";
import { named } from "./wire";

/** The handler of a declared object that can be adopted. */
export function objectHandler<Inputs extends ObjectInputs, Live extends LiveObject>(
  declaration: DeclarationOf<Inputs>,
  rules: ObjectRules<Inputs, Live>,
): Handler {
  const kind = new ObjectKind(declaration, rules);
  const operations: Operations<Inputs, Inputs & { adopted: boolean }, PocketId> = {
    async derive(known, context) {
      if (!context.creating) noteInState(declaration.type, [context.olds[rules.namedBy]]);
      const derived = rules.derive === undefined ? known : await rules.derive(known, context);
      return Object.assign(derived, { server: serverOf(context) });
    },

    async problems(known, context) {
      const problems = (await rules.problems?.(known, context)) ?? [];
      if (problems.length > 0) return problems;
      if (!context.creating) {
        const olds = context.olds as Partial<Inputs>;
        return (
          (await kind.movedAway(olds, context)) ?? (await kind.refusedUpdate(olds, known, context)) ?? []
        );
      }
      const { adopt, [rules.namedBy]: name } = known;
      if (adopt === undefined || isInState(declaration.type, name) || context.unknown.includes(rules.namedBy))
        return [];
      const looked = await lookAhead(() => kind.find(known, context.open()));
      if (looked === undefined) return [];
      const existing = kind.existing(looked.answer, known);
      const isTaken = adopt === "ifExists" || adopt === "must";
      if (isTaken && looked.answer !== undefined && (existing?.differences ?? []).length > 0) {
        const reason = rules.fixed?.(looked.answer);
        if (reason !== undefined) return [{ property: rules.namedBy, reason }];
      }
      const what = rules.inWords(known);
      const reason = adoptionProblem(adopt, what, existing);
      if (reason !== undefined) return [{ property: rules.namedBy, reason }];
      if (adopt !== "never") announce(adopt, existing ?? what);
      return [];
    },

    async create(news, pocketId) {
      const found = await kind.find(news, pocketId);
      const refused = kind.refusal(news.adopt, news, found);
      if (refused !== undefined) throw refused;
      if (found !== undefined) {
        const outputs = await kind.write(found, { news, olds: {} }, pocketId);
        return { id: found.id, outputs: { ...outputs, adopted: news.adopt !== "reclaim" } };
      }
      const made = await kind.makeOnce(news, pocketId);
      try {
        const finished = (await rules.afterCreate?.(made, news, pocketId)) ?? made;
        return { id: made.id, outputs: { ...kind.outputsOf(finished, news), adopted: false } };
      } catch (error) {
        throw new PartialFailure(made.id, { ...kind.outputsOf(made, news), adopted: false }, error);
      }
    },

    async read(id, olds, pocketId) {
      const live = await rules.get(id, pocketId);
      if (live !== undefined) {
        const added = rules.newFields?.(olds, await pocketId.version()) ?? [];
        return { ...olds, ...kind.valuesOf(live, [...named(olds), ...added], olds) };
      }
      const [what, { server }, { url }] = [rules.inWords(olds), olds, pocketId];
      // The object wasn't deleted: another server is asked.
      if (server !== undefined && server !== url) {
        notice(
          `${what} was made at ${server} and isn't at ${url}: it will be created there; the one at ${server} stays`,
        );
      }
      return undefined;
    },

    async update(id, olds, news, pocketId) {
      const live = await rules.get(id, pocketId);
      if (live === undefined) throw gone(rules.inWords(olds));
      return { ...(await kind.write(live, { news, olds }, pocketId)), adopted: olds.adopted };
    },

    async delete(id, olds, pocketId) {
      if (!olds.adopted || olds.deleteAdopted) await rules.delete(id, pocketId);
    },
  };
  return pocketIdHandler(declaration, operations);
}
