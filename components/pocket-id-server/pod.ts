import * as pulumi from "@ocis-pocket-id/providers/sdk";
import type { types } from "@pulumi/kubernetes";
import { RESTRICTED_CONTAINER, RESTRICTED_POD } from "../kubernetes/restricted";
import type { KubernetesTargetArgs } from "../targets/kubernetes/arguments";
import { placement, resourcesOf, SECRETS, secretVolume } from "../targets/kubernetes/pod";
import { checkedLimits, SMALL_LIMITS } from "../targets/limits";

/** Where it listens in its container. */
export const PORT = 1411;
/** Where it keeps its files there. */
export const DATA = "/app/data";

/** By the names of the files: what tells Pocket ID where they are. */
const FILE_VARIABLES: Readonly<Record<string, string>> = {
  "api-key": "STATIC_API_KEY_FILE",
  database: "DB_CONNECTION_STRING_FILE",
  "encryption-key": "ENCRYPTION_KEY_FILE",
};

/** What the pod is made of. */
export interface Parts {
  image: pulumi.Input<string>;
  url: pulumi.Input<string>;
  /** The value of TRUST_PROXY. */
  trusted: pulumi.Input<string>;
  /** Name of the claim. */
  claim: string;
  /** Name of the Secret, which holds additional variables and files. */
  secret: pulumi.Input<string>;
  variables: pulumi.Input<string[]>;
  files: pulumi.Input<string[]>;
}

/** The specification of Pocket ID's pod. It passes the Pod Security Standard `restricted`. */
export function pocketIdPod(
  args: Pick<KubernetesTargetArgs, "nodeSelector" | "imagePullSecrets" | "limits">,
  { image, url, trusted, claim, secret, variables, files }: Parts,
): types.input.core.v1.PodSpec {
  const env = pulumi
    .all([url, trusted, secret, variables, files])
    .apply(([address, proxies, secretName, given, fileNames]) => {
      const decided: Record<string, string> = {
        APP_URL: address,
        ...Object.fromEntries(fileNames.map((file) => [FILE_VARIABLES[file] ?? file, `${SECRETS}/${file}`])),
        TRUST_PROXY: proxies,
      };
      const open: typeof decided = {
        ...(given.includes(ANALYTICS) ? {} : { [ANALYTICS]: "true" }),
        ...decided,
      };
      const others = given.filter((variable) => !Object.hasOwn(decided, variable));
      return [
        ...Object.entries(open).map(([variable, value]) => ({ name: variable, value })),
        ...others.map((key) => ({ name: key, valueFrom: { secretKeyRef: { name: secretName, key } } })),
      ];
    });
  const health = { httpGet: { path: "/healthz", port: PORT }, timeoutSeconds: 5 };
  return {
    ...RESTRICTED_POD,
    ...placement(args),
    containers: [
      {
        ...{ name: "pocket-id", image, env },
        ports: [{ name: "http", containerPort: PORT }],
        // A server that was killed leaves a lock, which expires within two minutes.
        startupProbe: { ...health, periodSeconds: 2, failureThreshold: 120 },
        readinessProbe: { ...health, periodSeconds: 10, failureThreshold: 3 },
        livenessProbe: { ...health, periodSeconds: 20, failureThreshold: 6 },
        resources: resourcesOf(checkedLimits(args.limits, SMALL_LIMITS), 128),
        ...RESTRICTED_CONTAINER,
        volumeMounts: [
          { name: "data", mountPath: DATA },
          { name: "tmp", mountPath: "/tmp" },
          { name: "secrets", mountPath: SECRETS, readOnly: true },
        ],
      },
    ],
    volumes: [
      { name: "data", persistentVolumeClaim: { claimName: claim } },
      { name: "tmp", emptyDir: {} },
      secretVolume(secret, files),
    ],
  };
}

const ANALYTICS = "ANALYTICS_DISABLED";
