import type { KubernetesObject } from "@ocis-pocket-id/components/kubernetes";
import { type Change, isShouldBe } from "@ocis-pocket-id/providers/core";
import { OWNER_ANNOTATION } from "@ocis-pocket-id/components";
import type { SnapshotResource, StackSnapshot } from "../../stacks";
import { type Variable, variablesOf } from "../../stacks/kubernetes";
import { variableChanges } from "../variables";
import { type Difference, differences } from "./compare";

/** A resource of Kubernetes's provider, and the real thing. */
export interface InKubernetes {
  readonly resource: SnapshotResource;
  readonly kind: string;
  readonly live: KubernetesObject;
  readonly snapshot: StackSnapshot;
  /** Whether values are printed that this package hasn't set; secrets never are. */
  readonly showValues: boolean;
}

/** Every field that differs from state. */
export function objectChanges(one: InKubernetes): Change[] {
  const { resource, kind, live } = one;
  const should = kind === "Secret" ? encoded(resource.inputs) : resource.inputs;
  const found = differences(should, live);
  const lists = new Map<string, Difference[]>();
  for (const difference of found.filter(isVariable)) {
    const list = difference.path.slice(0, -1).join(".");
    lists.set(list, [...(lists.get(list) ?? []), difference]);
  }
  return [
    ...found.filter((difference) => !isVariable(difference)).map((difference) => change(difference, one)),
    ...[...lists.values()].flatMap((list) => ofVariables(list, one)),
  ];
}

/** Kubernetes encodes what a Secret is given as text. */
function encoded({ stringData, ...inputs }: SnapshotResource["inputs"]): SnapshotResource["inputs"] {
  const texts = Object.entries((stringData ?? {}) as Record<string, string>);
  if (texts.length === 0) return inputs;
  const data = Object.fromEntries(texts.map(([name, text]) => [name, Buffer.from(text).toString("base64")]));
  return { ...inputs, data: { ...(inputs["data"] as object | undefined), ...data } };
}

const isVariable = ({ path }: Difference) => path.at(-2) === "env";

/** As of a Docker container. */
function ofVariables(
  list: readonly Difference[],
  { resource, snapshot, showValues }: InKubernetes,
): Change[] {
  const named = (key: "is" | "should") =>
    variablesOf(list.flatMap((one) => (one[key] === undefined ? [] : [one[key] as Variable])));
  return variableChanges(named("should"), named("is"), {
    snapshot,
    mayShow: (isOwn) => !resource.secrets.has("spec") && (isOwn || showValues),
    isExpected: () => false,
  });
}

/** Labels and annotations that this package sets, and none of another program's. */
const OWN = /^(io\.github\.ocis-pocket-id|app\.kubernetes\.io|pod-security\.kubernetes\.io)[./]/;

/** A script, or a list of words. */
const LONGEST = 80;

function change(difference: Difference, { resource, kind, showValues }: InKubernetes): Change {
  const { path, is, should } = difference;
  const [top = "", second = ""] = path;
  const field = path.join(".");
  const named = (words: string) => ({ field, words });
  if (kind === "Secret" && top !== "metadata")
    return named(`${nounOf(path)} ${verbOf(difference, "changed")}`);
  // Some contain a secret, so their text isn't shown.
  if (kind === "ConfigMap" && top !== "metadata") return named(`${second} ${verbOf(difference, "edited")}`);
  if (should === undefined) return named(`${nounOf(path)} was added`);
  const isOfAnother = /^(labels|annotations)$/.test(path.at(-2) ?? "") && !OWN.test(path.at(-1) ?? "");
  const isHidden = resource.secrets.has(top) || (isOfAnother && !showValues);
  const isLong = [is, should].some((value) => JSON.stringify(value ?? "").length > LONGEST);
  if (!isHidden && !isLong) return named(isShouldBe(nounOf(path), is, should));
  return named(`${nounOf(path)} ${is === undefined ? "is missing" : "differs"}`);
}

function verbOf({ is, should }: Difference, edited: string): string {
  if (should === undefined) return "was added";
  return is === undefined ? "was deleted" : `was ${edited}`;
}

/** `label app.kubernetes.io/name`, `spec.replicas`. */
function nounOf(path: readonly string[]): string {
  const [top, list, ...rest] = path;
  if (top !== "metadata" || rest.length === 0) return path.join(".");
  if (rest[0] === OWNER_ANNOTATION) return "its owner";
  return `${list === "labels" ? "label" : "annotation"} ${rest.join(".")}`;
}
