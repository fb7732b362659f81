import { AlreadyInUseError, type PocketId } from "../pocket-id";
import { mayHaveActed } from "../pocket-id/retry";
import { type Adoption, adoptionProblem, type Existing } from "./adoption";
import type { DeclarationOf } from "./declare";
import type { Change, LiveObject, ObjectInputs, ObjectRules } from "./object-rules";
import type { Fields } from "./property";
import { bodyOf, differences, isCurrent, liveValues, managed, named } from "./wire";

/** Finds, makes and writes objects of one kind. */
export class ObjectKind<Inputs extends ObjectInputs, Live extends LiveObject> {
  constructor(
    private readonly declaration: DeclarationOf<Inputs>,
    private readonly rules: ObjectRules<Inputs, Live>,
  ) {}

  /** An object that is in the way of a new one, or is adopted. */
  async find(known: Partial<Inputs>, pocketId: PocketId): Promise<Live | undefined> {
    const { rules } = this;
    if (rules.find !== undefined) return rules.find(known, pocketId);
    return (await rules.list(pocketId)).find((live) => rules.isNamed(live, known));
  }

  /** An object for a message about adoption: what a write would change of it. */
  existing(live: Live | undefined, known: Partial<Inputs>): Existing | undefined {
    if (live === undefined) return undefined;
    const { declaration, rules } = this;
    const unfinished: readonly string[] = rules.unfinished?.(live) ?? [];
    const names = named(known).filter((name) => !unfinished.includes(name));
    const values = Object.entries(this.valuesOf(live, names, known)).filter(([name]) => names.includes(name));
    const all = liveValues(declaration, live, Object.keys(declaration.properties));
    return {
      what: rules.inWords(all as Partial<Inputs>),
      differences: differences(Object.fromEntries(values), { ...known }),
    };
  }

  /** Why an object can't be made or adopted. */
  refusal(adopt: Adoption, news: Inputs, live: Live | undefined): Error | undefined {
    const problem = adoptionProblem(adopt, this.rules.inWords(news), this.existing(live, news));
    return problem === undefined ? undefined : new Error(problem);
  }

  /** Managed properties as the live object has them. */
  valuesOf(live: Live, names: readonly string[], known: Partial<Inputs>): Fields {
    return { ...liveValues(this.declaration, live, names, known), ...this.rules.related?.(live, known) };
  }

  outputsOf(live: Live, news: Inputs): Inputs {
    return { ...news, ...this.valuesOf(live, managed(this.declaration, news), news) };
  }

  /** A POST whose answer was lost is never repeated: an object of our content, there now and not before, is ours. */
  async makeOnce(news: Inputs, pocketId: PocketId): Promise<Live> {
    const { declaration, rules } = this;
    const before = new Set((await rules.list(pocketId)).map(({ id }) => id));
    try {
      return await rules.create(bodyOf(declaration, news), pocketId);
    } catch (error) {
      const isLost = mayHaveActed(error);
      if (!isLost && !(error instanceof AlreadyInUseError)) throw error;
      const candidates = isLost ? await rules.list(pocketId) : [];
      const made = candidates.filter((live) => !before.has(live.id) && isCurrent(declaration, live, news));
      if (made.length === 1 && made[0] !== undefined) return made[0];
      throw this.refusal("never", news, await this.find(news, pocketId)) ?? error;
    }
  }

  /** Writes what differs, and keeps everything that isn't managed. */
  async write(live: Live, change: Change<Inputs>, pocketId: PocketId): Promise<Inputs> {
    const { declaration, rules } = this;
    const { news } = change;
    const isRight = isCurrent(declaration, live, news);
    const reason = isRight ? undefined : rules.fixed?.(live);
    if (reason !== undefined) throw new Error(reason);
    const written = isRight ? live : await rules.update(live, bodyOf(declaration, news, live), pocketId);
    const finished = await rules.afterUpdate?.(live, !isRight, change, pocketId);
    return this.outputsOf(finished ?? written, news);
  }
}
