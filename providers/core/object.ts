import { isDeepStrictEqual } from "node:util";
import type { PocketId } from "../pocket-id";
import { announceAdoption, isAdopted } from "./adoption";
import { type DeclarationOf, namesOf } from "./declare";
import { type CheckContext, type Handler, type Operations } from "./handler";
import { ObjectKind } from "./object-kind";
import type { LiveObject, ObjectInputs, ObjectRules } from "./object-rules";
import { pocketIdHandler } from "./pocket-id-handler";
import { isInState, lookAhead, noteInState } from "./preview";
import { gone, PartialFailure, type Problem } from "./problems";
import type { Fields } from "./property";
import { announceMove, movedAway, serverOf } from "./server";
import { named } from "./wire";

/** Previews, makes, adopts, updates and deletes objects of one kind, as their declaration says. */
function objectOperations<Inputs extends ObjectInputs, Live extends LiveObject>(
  declaration: DeclarationOf<Inputs>,
  rules: ObjectRules<Inputs, Live>,
): Operations<Inputs, Inputs & { adopted: boolean }, PocketId> {
  const kind = new ObjectKind(declaration, rules);

  /** Why Pocket ID would refuse an update. */
  async function fixedProblems(
    known: Partial<Inputs>,
    olds: Partial<Inputs>,
    { open }: CheckContext<PocketId>,
  ): Promise<Problem[]> {
    if (rules.fixed === undefined) return [];
    const [is, should] = [{ ...olds } as Fields, { ...known } as Fields];
    const changed = namesOf(declaration.properties, ({ wire }) => wire !== undefined).find(
      (name) => should[name] !== undefined && !isDeepStrictEqual(is[name], should[name]),
    );
    if (changed === undefined) return [];
    const looked = await lookAhead(async () =>
      (await rules.list(open())).find((live) => rules.isNamed(live, olds)),
    );
    const reason = looked?.answer && rules.fixed(looked.answer);
    return reason === undefined ? [] : [{ property: changed, reason }];
  }

  return {
    async derive(known, context) {
      if (!context.creating) noteInState(declaration.type, [context.olds[rules.namedBy]]);
      const derived = rules.derive === undefined ? known : await rules.derive(known, context);
      return Object.assign(derived, serverOf(context));
    },

    async problems(known, context) {
      const problems = (await rules.problems?.(known, context)) ?? [];
      if (problems.length > 0) return problems;
      if (!context.creating) {
        const olds = context.olds as Partial<Inputs>;
        const isThere = async (pocketId: PocketId) =>
          (await rules.list(pocketId)).some((live) => rules.isNamed(live, olds));
        const moved = await movedAway(rules.inWords(olds), isThere, context);
        return moved.length > 0 ? moved : fixedProblems(known, olds, context);
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
      return announceAdoption(adopt, rules.namedBy, rules.inWords(known), existing);
    },

    async create(news, pocketId) {
      const found = await kind.find(news, pocketId);
      const refused = kind.refusal(news.adopt, news, found);
      if (refused !== undefined) throw refused;
      if (found !== undefined) {
        const outputs = await kind.write(found, { news, olds: {} }, pocketId);
        return { id: found.id, outputs: { ...outputs, adopted: isAdopted(news.adopt, found) } };
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
      announceMove(rules.inWords(olds), olds.server, pocketId);
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
}

/** The handler of a declared object, which can be adopted. */
export function objectHandler<Inputs extends ObjectInputs, Live extends LiveObject>(
  declaration: DeclarationOf<Inputs>,
  rules: ObjectRules<Inputs, Live>,
): Handler {
  return pocketIdHandler(declaration, objectOperations(declaration, rules));
}
