import { type NamedBy, namesOf } from "../../kubernetes/names";
import { dockerName } from "../container";

/** Names of the objects of a component: in a namespace of its own they are short, in one that others use they tell whose they are. */
export const objectNames = (component: string, key: string, args: NamedBy) =>
  namesOf(dockerName(component), key, args);
