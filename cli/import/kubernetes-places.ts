import { shellWord } from "@ocis-pocket-id/components/docker-host";
import { AGAIN, dataElsewhere, foldersOf, hasOtherUser, isAuthority, OCIS_ID, PATHS } from "./data";
import { importLimits } from "./kubernetes-limits";
import { type FoundClaim, type KubernetesSetup, mountOf, type Part, type Route, together } from "./setup";

/** Everything of a pod that isn't a variable, and that containers of Docker don't have. */
export function importKubernetes(setup: KubernetesSetup, newName: string): Part {
  const { namespace, nodeSelector, imagePullSecrets } = setup;
  const claims = importClaims(setup);
  const { route, part: ways } = importRoutes(setup, newName);
  const limits = importLimits(setup.limits);
  const kubernetes = {
    namespace,
    createNamespace: false,
    ...route,
    ...(claims.storage && { storage: claims.storage }),
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
    ...(imagePullSecrets.length > 0 && { imagePullSecrets }),
  };
  const rest: Part = {
    config: { target: "kubernetes", kubernetes, ...setup.cluster },
    changes: [`in namespace '${namespace}', StatefulSet, Service and the rest are named ${newName}`],
    byHand: [
      ...otherUser(setup),
      ...keeperLeft(setup),
      ...(setup.environment["PROXY_TLS"] === "false"
        ? []
        : [
            "oCIS itself serves https (PROXY_TLS): unless the route expects that of any Service, set the key tls to false",
          ]),
      ...(setup.left.length === 0 ? [] : [`the new pod has no ${setup.left.join(", ")}`]),
      ...(setup.unreadable === undefined
        ? []
        : [
            `files in the claims, such as proxy.yaml, weren't read (${setup.unreadable}): import again while oCIS runs and \`kubectl exec\` works`,
          ]),
      ...filesLeft(setup, newName),
    ],
    blockers: setup.replicas > 1 ? [replicasBlocker(setup)] : [],
  };
  return together([rest, claims.part, limits, ways]);
}

const replicasBlocker = ({ kubectl, workload, namespace, replicas }: KubernetesSetup) =>
  `${workload} has ${replicas} replicas, and only one oCIS may use the data: run \`${kubectl} scale ${workload} --replicas=1 ` +
  `--namespace=${namespace}\`, and import again`;

/** The two claims with accounts and files. */
function importClaims(setup: KubernetesSetup) {
  const paths = foldersOf(setup);
  const blockers: string[] = [];
  const found = (["config", "data"] as const).flatMap((kind): [typeof kind, FoundClaim][] => {
    const path = paths[kind];
    const place = mountOf(setup.mounts, path);
    const { source, what = "in the container itself" } = place?.mount ?? {};
    if (place === undefined || source === undefined || place.below !== "") {
      const where = source === undefined ? what : `a folder of claim '${source}'`;
      blockers.push(
        `${path} is ${where}, and must be a claim of its own: copy its files into one, mount that there, ${AGAIN}`,
      );
      return [];
    }
    const claim = setup.claims.find(({ name }) => name === source);
    if (claim === undefined) {
      blockers.push(
        `claim '${source}', mounted at ${path}, doesn't exist: start oCIS with it, and import again`,
      );
      return [];
    }
    if (claim.threat !== undefined) blockers.push(`claim '${source}' ${claim.threat}`);
    return [[kind, claim]];
  });
  blockers.push(...dataElsewhere(setup));
  const file = filesOf(setup).find(({ path }) => path === `${paths.config}/ocis.yaml`);
  if (file !== undefined && blockers.length === 0) {
    blockers.push(
      `${file.path}, without which nobody can log in, comes from ${file.what}: put it into the claim, remove that mount, ${AGAIN}`,
    );
  }
  const [config, data] = found.map(([, claim]) => claim);
  if (config === undefined || data === undefined) return { storage: undefined, part: { blockers } };
  if (config.name === data.name) {
    blockers.push(
      `claim '${data.name}' has both configuration and data: copy the files of ${paths.config} into another one, ${AGAIN}`,
    );
  }
  const isOneClass = config.className === data.className;
  const part: Part = {
    config: { volumes: { config: config.name, data: data.name }, adoptVolumes: "true" },
    differences: isOneClass
      ? []
      : [
          `the claims have the classes ${config.className ?? "none"} and ${data.className ?? "none"}: they keep them, but one that is lost ` +
            "gets the cluster's own",
        ],
    blockers,
  };
  const className = isOneClass && config.className !== undefined ? { className: config.className } : {};
  return { storage: { ...className, config: config.size, data: data.size }, part };
}

/** Files of another user, which Kubernetes hands over to the new pod's group where a volume can do that. */
function otherUser(setup: KubernetesSetup): string[] {
  if (!hasOtherUser(setup)) return [];
  const { user = "", workload, namespace, kubectl } = setup;
  const { config, data } = foldersOf(setup);
  const owner = `${OCIS_ID}:${OCIS_ID}`;
  const command = `chown -R ${owner} ${config} ${data}`;
  const how = /^0(:|$)/.test(user)
    ? `\`${kubectl} exec ${workload} --namespace=${namespace} -- ${command}\` before it stops`
    : `\`${command}\` as root, in a pod that mounts the claims`;
  return [
    `oCIS runs as user ${user}, and the new pod as ${owner} with fsGroup ${OCIS_ID}: Kubernetes lets it use the files on block storage; ` +
      `for others, such as NFS or hostPath, run ${how}`,
  ];
}

/** What would start the old pod again, or delete the claims. */
function keeperLeft({ keeper, workload, claims, namespace, kubectl }: KubernetesSetup): string[] {
  if (keeper === undefined) return [];
  if (typeof keeper === "string") {
    return [
      `${keeper} keeps ${workload} as Git has it, and would start the old pod again: set replicas to 0 there, or leave ${workload} out, before up`,
    ];
  }
  const names = claims.map(({ name }) => name).join(" ");
  return [
    `${workload} is part of Helm's release ${keeper.release}: \`helm upgrade\` would start the old pod again, and \`helm uninstall\` may delete ` +
      `the claims, unless you run \`${kubectl} annotate pvc ${names} helm.sh/resource-policy=keep --namespace=${namespace}\` before`,
  ];
}

/** How requests get to the new pod. */
function importRoutes(setup: KubernetesSetup, newName: string) {
  const { services, routes, networkPolicies, namespace, kubectl } = setup;
  const selector = `app.kubernetes.io/instance=${newName}`;
  const [route, ...others] = routes;
  const byHand = [
    ...(route?.left ?? []),
    ...routes.filter(({ isOcisAlone }) => !isOcisAlone).map((one) => sharedRoute(one)),
    ...others.map(
      ({ object, hosts }) => `${object} (${hosts.join(", ")}) isn't imported, as a stack has one route`,
    ),
    ...services.map(({ name, type, selector: before, fits }) => {
      const leading = (labels: string) =>
        `\`${kubectl} set selector service/${name} ${shellWord(labels)} --namespace=${namespace}\``;
      const port = fits ? "" : ", and set its targetPort to http";
      const use = type === "ClusterIP" ? "what uses it by name" : `requests from outside (${type})`;
      return `Service '${name}' leads to the old pod only: for ${use}, run ${leading(selector)} after up${port} (back: ${leading(before)})`;
    }),
    ...networkPolicies.map(
      (name) =>
        `NetworkPolicy '${name}' is for the old pod's labels: add ${selector}, or the new pod may not reach Pocket ID`,
    ),
  ];
  if (route === undefined) {
    byHand.push(
      `no Ingress or HTTPRoute was found that leads to oCIS: whatever does must lead to Service ${newName}, port 9200`,
    );
  }
  return { route: route?.key ?? { ingress: false }, part: { byHand } satisfies Part };
}

const sharedRoute = ({ object, hosts }: Route) =>
  `${object} leads to others than oCIS, too: remove ${hosts.join(", ")} from it before up, as one host has one route`;

/** The files of ConfigMaps and Secrets, with what they are from. */
const filesOf = ({ mounts }: KubernetesSetup) =>
  mounts.flatMap(({ files = [], what = "" }) => files.map((file) => ({ ...file, what })));

/** Mounts that have no place in our pod. */
function filesLeft(setup: KubernetesSetup, newName: string): string[] {
  const { mounts, environment, namespace, kubectl } = setup;
  const { config, data } = foldersOf(setup);
  const csp = environment["PROXY_CSP_CONFIG_FILE_LOCATION"] || PATHS.csp;
  const files = filesOf(setup)
    .filter(({ path }) => path !== csp && path !== `${config}/ocis.yaml` && !isAuthority(path))
    .filter(({ path }) => path !== environment["SSL_CERT_FILE"])
    .map(({ path, print, what }) => {
      if (!path.startsWith(`${config}/`)) return `${path} isn't mounted any more (${what})`;
      const target = shellWord(path.replace(config, PATHS.config));
      const at = `--namespace=${namespace}`;
      // What is there now can belong to root: a file that stood for the mount.
      const replace = `cat >${target}.new && mv -f ${target}.new ${target}`;
      const write = `${kubectl} exec --stdin ${newName}-0 ${at} -- sh -c '${replace}'`;
      return (
        `${path} comes from ${what}: after up, run \`${kubectl} ${print} ${at} | ${write}\`, and ` +
        `\`${kubectl} delete pod ${newName}-0 ${at}\``
      );
    });
  const others = mounts
    .filter(({ files: known, target, what }) => {
      const isKept = [config, data].some((path) => path === target || path.startsWith(`${target}/`));
      return known === undefined && !isKept && what !== "emptyDir" && !isAuthority(target);
    })
    .map(
      ({ target, source, what = "" }) =>
        `${target} isn't mounted any more (${source === undefined ? what : `claim '${source}'`})`,
    );
  return [...files, ...others];
}
