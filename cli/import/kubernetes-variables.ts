import { type Contents, inWords, type Kind } from "./kubernetes-contents";
import type { Container, Variable } from "./kubernetes-objects";

/** The variables of a container with their values. */
export interface Variables {
  readonly environment: Readonly<Record<string, string>>;
  /** Names of those that come from a Secret, or have a part that does. */
  readonly secretVariables: ReadonlySet<string>;
  /** Names of those that each pod gets from Kubernetes. */
  readonly ofPod: readonly string[];
}

/** Finds all values, as the kubelet does. @throws Error in one line */
export async function variablesOf(
  { env = [], envFrom = [] }: Container,
  contents: Contents,
): Promise<Variables> {
  const environment: Record<string, string> = {};
  const secretVariables = new Set<string>();
  const ofPod: string[] = [];
  const set = (name: string, value: string, isSecret: boolean) => {
    environment[name] = value;
    if (isSecret) secretVariables.add(name);
    else secretVariables.delete(name);
  };
  for (const { prefix = "", configMapRef, secretRef } of envFrom) {
    const reference = configMapRef ?? secretRef;
    if (reference === undefined) continue;
    const kind = secretRef === undefined ? "configmap" : "secret";
    const texts = await contents.of(kind, reference.name, reference.optional);
    for (const [key, text] of Object.entries(texts ?? {})) set(`${prefix}${key}`, text, kind === "secret");
  }
  for (const variable of env) {
    const { name, value = "", valueFrom } = variable;
    if (valueFrom === undefined) {
      const { text, used } = expanded(value, environment);
      set(
        name,
        text,
        used.some((one) => secretVariables.has(one)),
      );
      continue;
    }
    const { kind, reference } = sourceOf(variable);
    if (reference === undefined) {
      ofPod.push(name);
      continue;
    }
    const text = (await contents.of(kind, reference.name, reference.optional))?.[reference.key];
    if (text !== undefined) set(name, text, kind === "secret");
    else if (reference.optional !== true) {
      throw new Error(
        `${inWords(kind, reference.name)} has no key '${reference.key}', from which ${name} comes: add it, and import again`,
      );
    }
  }
  return { environment, secretVariables, ofPod };
}

function sourceOf({ valueFrom }: Variable) {
  const kind: Kind = valueFrom?.secretKeyRef === undefined ? "configmap" : "secret";
  return { kind, reference: valueFrom?.secretKeyRef ?? valueFrom?.configMapKeyRef };
}

/** A value with `$(NAME)` filled in; what isn't set stays as it is, and `$$` is a dollar. */
function expanded(value: string, environment: Readonly<Record<string, string>>) {
  const used: string[] = [];
  const text = value.replace(/\$\$|\$\(([^)]+)\)/g, (whole, name: string | undefined) => {
    if (name === undefined) return "$";
    if (!Object.hasOwn(environment, name)) return whole;
    used.push(name);
    return environment[name] ?? "";
  });
  return { text, used };
}
