import { isDeepStrictEqual } from "node:util";
import { AlreadyInUseError, type PocketId } from "../pocket-id";
import { mayHaveActed } from "../pocket-id/errors";
import { type Adoption, adoptionProblem, type Existing } from "./adoption";
import { type DeclarationOf, type Fields, namesOf } from "./declare";
import type { CheckContext } from "./handler";
import type { Problem } from "./message";
import { lookAhead } from "./preview";
import { bodyOf, differences, isCurrent, liveValues, managed, named } from "./wire";

/** What a declaration of an object has among its properties: see adoption.ts and server.ts. */
export interface ObjectInputs {
  adopt: Adoption;
  deleteAdopted: boolean;
  server?: string;
}

/** An object as Pocket ID shows it. */
export interface LiveObject {
  readonly id: string;
}

/** What is specific to one kind of object in Pocket ID. */
export interface ObjectRules<Inputs, Live> {
  /** The property to report if another object is in the way. */
  readonly namedBy: keyof Inputs & string;
  /** The object in messages: `user group 'ocisAdmin'`. */
  inWords(known: Partial<Inputs>): string;
  list(pocketId: PocketId): Promise<readonly Live[]>;
  /** Whether a live object is the one that these inputs name. */
  isNamed(live: Live, known: Partial<Inputs>): boolean;
  /** The object that is in the way of a new one, or is adopted. @default the first in the list that `isNamed` */
  find?(known: Partial<Inputs>, pocketId: PocketId): Promise<Live | undefined>;
  get(id: string, pocketId: PocketId): Promise<Live | undefined>;
  create(body: object, pocketId: PocketId): Promise<Live>;
  update(live: Live, body: object, pocketId: PocketId): Promise<Live>;
  delete(id: string, pocketId: PocketId): Promise<void>;

  /** The known properties, and those that are computed from them. */
  derive?(known: Partial<Inputs>, context: CheckContext<PocketId>): Promise<Partial<Inputs>>;
  /** Problems that several properties together show. */
  problems?(known: Partial<Inputs>, context: CheckContext<PocketId>): Problem[] | Promise<Problem[]>;
  /** Managed properties that aren't fields of the object, as they are now. */
  related?(live: Live, known: Partial<Inputs>): Partial<Inputs>;
  /** Properties that are managed although the program left them out, on a server of this version. */
  newFields?(olds: Inputs, version: string): string[];
  /** Why Pocket ID would refuse a change of this object, if it would. */
  fixed?(live: Live): string | undefined;
  /** Properties that an interrupted run didn't get to write, as far as the object shows. */
  unfinished?(live: Live): readonly (keyof Inputs & string)[];
  /** Finishes an object that was just created. */
  afterCreate?(made: Live, news: Inputs, pocketId: PocketId): Promise<Live>;
  /** Finishes an update. `isWritten`: a field was changed. */
  afterUpdate?(before: Live, isWritten: boolean, change: Change<Inputs>, pocketId: PocketId): Promise<Live>;
}

export interface Change<Inputs> {
  readonly news: Inputs;
  /** Empty for an object that is adopted. */
  readonly olds: Partial<Inputs>;
}

/** Finds, creates and writes objects of one kind. */
export class ObjectKind<Inputs extends ObjectInputs, Live extends LiveObject> {
  constructor(
    private readonly declaration: DeclarationOf<Inputs>,
    private readonly rules: ObjectRules<Inputs, Live>,
  ) {}

  /** An object that is in the way of a new one, or is adopted. */
  find(known: Partial<Inputs>, pocketId: PocketId): Promise<Live | undefined> {
    return this.rules.find === undefined ? this.findNamed(known, pocketId) : this.rules.find(known, pocketId);
  }

  async findNamed(known: Partial<Inputs>, pocketId: PocketId): Promise<Live | undefined> {
    return (await this.rules.list(pocketId)).find((live) => this.rules.isNamed(live, known));
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

  /** Why an object can't be created or adopted. */
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

  /** A POST whose response was lost is never repeated: an object with our content that didn't exist before is ours. */
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

  /** The problem if `pocketid:url` now names another server, which doesn't have our object. */
  async movedAway(olds: Partial<Inputs>, context: CheckContext<PocketId>): Promise<Problem[] | undefined> {
    const { server: before } = olds;
    const now = serverOf(context);
    if (before === undefined || now === undefined || before === now) return undefined;
    const looked = await lookAhead(() => this.findNamed(olds, context.open()));
    if (looked === undefined || looked.answer !== undefined) return undefined;
    const reason =
      `${this.rules.inWords(olds)} was made at ${before}, but pocketid:url now names ${now}, where it doesn't exist: restore the URL, ` +
      `or run \`pulumi up --refresh --run-program\` to create everything at ${now} (what is at ${before} stays there)`;
    return [{ property: "", reason }];
  }

  /** The problem if Pocket ID would refuse an update. */
  async refusedUpdate(olds: Partial<Inputs>, known: Partial<Inputs>, { open }: CheckContext<PocketId>) {
    const { declaration, rules } = this;
    const [is, should] = [{ ...olds } as Fields, { ...known } as Fields];
    const property = namesOf(declaration.properties, ({ wire }) => wire !== undefined).find(
      (name) => should[name] !== undefined && !isDeepStrictEqual(is[name], should[name]),
    );
    if (rules.fixed === undefined || property === undefined) return undefined;
    const looked = await lookAhead(() => this.findNamed(olds, open()));
    const reason = looked?.answer && rules.fixed(looked.answer);
    return reason === undefined ? undefined : [{ property, reason }];
  }
}

/** The server's URL, if it is known at preview. */
export function serverOf({ open }: CheckContext<PocketId>): string | undefined {
  try {
    return open().url;
  } catch {
    // Anything that asks the server reports what is missing.
    return undefined;
  }
}
