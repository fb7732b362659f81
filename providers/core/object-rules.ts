import type { PocketId } from "../pocket-id";
import type { Adoption } from "./adoption";
import type { CheckContext } from "./handler";
import type { Problem } from "./problems";

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
  /** The property that an object in the way is a problem of. */
  readonly namedBy: keyof Inputs & string;
  /** What messages call the object: `user group 'ocisAdmin'`. */
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
