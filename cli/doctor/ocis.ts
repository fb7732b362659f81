import { productOf } from "@ocis-pocket-id/components";
import { isAtLeast } from "@ocis-pocket-id/providers/pocket-id";
import type { Subject } from "../stacks/subject";
import { ask, described, DISCOVERY, objectIn } from "./ask";
import { type Finding, finding, onceEach } from "./finding";
import { frameBlocker, mayConnect } from "./policy";

/** Answers of an oCIS: its front page, its discovery document, and ownCloud Web's configuration. */
export async function askOcis(ocisUrl: string) {
  const [front, discovery, configuration] = await Promise.all([
    ask(`${ocisUrl}/`),
    ask(`${ocisUrl}${DISCOVERY}`),
    ask(`${ocisUrl}/config.json`),
  ]);
  return { front, discovery, configuration };
}

type OcisAnswers = Awaited<ReturnType<typeof askOcis>>;

/**
 * Checks that oCIS answers, sends browsers and apps to our Pocket ID, and lets them connect to it.
 *
 * @param pocketIdVersion undefined if it couldn't be read
 * @param bundle the folder of its compose.yaml; undefined without one
 */
export function checkOcis(
  { front, discovery, configuration }: OcisAnswers,
  subject: Subject,
  pocketIdVersion?: string,
  bundle?: string,
): Finding[] {
  const { title } = productOf(subject.product);
  const pod = subject.container?.pod;
  const answersInside = pod?.discovery?.kind === "document";
  // An Ingress controller or a Gateway without a route to it answers 404.
  const isDown =
    "failure" in front || [502, 503, 504].includes(front.status) || (answersInside && front.status === 404);
  if (isDown) {
    const what =
      "failure" in front
        ? `${title} at ${subject.ocisUrl} doesn't answer (${front.failure})`
        : `a proxy in front of ${title} at ${subject.ocisUrl} answers ${described(front)}`;
    const start =
      bundle === undefined
        ? "start its container (`pulumi up --refresh` recreates it)"
        : `run \`docker compose up -d\` in ${bundle}`;
    const fix = answersInside
      ? `its pod answers: fix what leads there (\`kubectl describe ingress,service --namespace=${pod.namespace}\`; with a Gateway, ` +
        "httproute), its DNS name, or the firewall"
      : `${start}, or fix its DNS name, its TLS proxy, or the firewall`;
    return [finding("ocis-unreachable", what, fix), ...checkInPod(subject)];
  }
  return [
    // What goes wrong inside goes wrong outside.
    ...onceEach([...checkDiscovery(discovery, subject), ...checkInPod(subject)]),
    ...checkConfiguration(configuration, subject, pocketIdVersion),
    ...checkPolicy(front.headers["content-security-policy"], subject),
  ];
}

function checkDiscovery(discovery: OcisAnswers["discovery"], subject: Subject): Finding[] {
  const { product, ocisUrl, issuer } = subject;
  const named = objectIn(discovery)?.["issuer"];
  const where = `${ocisUrl}${DISCOVERY}`;
  if (named === issuer) return [];
  if (typeof named === "string") {
    const what = `${productOf(product).title}'s own discovery document names the issuer '${named}' instead of '${issuer}'`;
    return [finding("ocis-issuer-differs", what)];
  }
  return "failure" in discovery || discovery.status >= 500
    ? [discoveryFailed(`${where} fails (${described(discovery)})`, subject)]
    : [finding("ocis-discovery-missing", `${where} isn't a discovery document (${described(discovery)})`)];
}

function discoveryFailed(what: string, { container }: Subject): Finding {
  const code = "ocis-discovery-failed";
  if (container?.pod === undefined) return finding(code, what);
  const logs = `\`kubectl logs ${container.name} --namespace=${container.pod.namespace}\``;
  const fix = `check ${logs}: Pocket ID must run, and oCIS must resolve, reach and trust it (extraHosts, caCertificate, network policies)`;
  return finding(code, what, fix);
}

/** Without a client in the image, or the right to run one in the pod, nothing is known. */
const NOT_ASKED = /neither curl|^(error:|Error from server)/;

/** The same of an oCIS that this machine can't reach: asked inside its pod. */
function checkInPod(subject: Subject): Finding[] {
  const { container, issuer, product } = subject;
  const answer = container?.pod?.discovery;
  if (answer === undefined) return [];
  const where = `inside pod '${container?.name ?? ""}', ${productOf(product).title}'s own discovery document`;
  if (answer.kind === "document") {
    if (answer.issuer === issuer) return [];
    const what = `${where} names the issuer '${answer.issuer}' instead of '${issuer}'`;
    return [finding("ocis-issuer-differs", what)];
  }
  if (answer.kind === "none") {
    if (NOT_ASKED.test(answer.reason)) return [];
    return [discoveryFailed(`${where} fails (${answer.reason})`, subject)];
  }
  return answer.status >= 500
    ? [discoveryFailed(`${where} fails (HTTP ${answer.status})`, subject)]
    : [finding("ocis-discovery-missing", `${where} isn't one (HTTP ${answer.status})`)];
}

/** The login settings of ownCloud Web. */
interface WebConfiguration {
  readonly openIdConnect?: Readonly<Record<"client_id" | "metadata_url" | "scope", unknown>> | null;
  readonly options?: { readonly tokenStorageLocal?: unknown } | null;
}

function checkConfiguration(
  configuration: OcisAnswers["configuration"],
  { product, ocisUrl, issuer, webClient }: Subject,
  pocketIdVersion: string | undefined,
): Finding[] {
  const { web } = productOf(product);
  const { openIdConnect: connect, options }: WebConfiguration = objectIn(configuration) ?? {};
  if (typeof connect !== "object" || connect === null) {
    const what = `${ocisUrl}/config.json has no login settings (${described(configuration)})`;
    return [finding("ocis-configuration-missing", what)];
  }
  const { client_id: clientId, metadata_url: metadataUrl, scope } = connect;
  const findings: Finding[] = [];
  if (clientId !== webClient.id) {
    const what = `${web} logs in as client ${quoted(clientId)}, but the stack's is '${webClient.id}'`;
    findings.push(finding("ocis-client-id", what));
  }
  if (metadataUrl !== `${issuer}${DISCOVERY}` && metadataUrl !== `${ocisUrl}${DISCOVERY}`) {
    const what = `${web} reads the discovery document at ${quoted(metadataUrl)}, not at '${issuer}${DISCOVERY}'`;
    findings.push(finding("ocis-metadata-url", what));
  }
  if (typeof scope === "string" && !scope.split(/\s+/).includes("profile")) {
    const what = `${web} asks for the scopes '${scope}', without profile`;
    findings.push(finding("ocis-scope", what));
  }
  // Source: oCIS's services/web/pkg/config/options.go; without the option ownCloud Web uses true.
  const isShared = options?.tokenStorageLocal !== false;
  if (isShared && (pocketIdVersion === undefined || isAtLeast(pocketIdVersion, "2.10"))) {
    const what = `${ocisUrl} lets all tabs of a browser share one refresh token (WEB_OPTION_TOKEN_STORAGE_LOCAL isn't false)`;
    findings.push(finding("tabs-share-tokens", what));
  }
  return findings;
}

function checkPolicy(header: string | undefined, { product, issuer, ocisUrl }: Subject): Finding[] {
  if (header === undefined) {
    return [finding("policy-missing", `${ocisUrl} answers without a Content-Security-Policy`)];
  }
  const page = new URL(ocisUrl).origin;
  const { origin } = new URL(issuer);
  const whose = `the Content-Security-Policy of ${ocisUrl}`;
  const several = header.includes(",") ? " (there are several policies, and all apply)" : "";
  const findings: Finding[] = [];
  const paths = [DISCOVERY, "/api/oidc/token", "/api/oidc/userinfo"];
  if (!paths.every((path) => mayConnect(header, `${origin}${path}`, page))) {
    const what = `${whose} doesn't let pages connect to ${origin}: connect-src lacks it${several}`;
    findings.push(finding("policy-blocks-issuer", what));
  }
  const blocker = frameBlocker(header, page);
  if (blocker !== undefined) {
    const what = `${whose} has \`${blocker}\`, so its pages can't load ${productOf(product).title} in a frame${several}`;
    findings.push(finding("policy-blocks-own-frames", what));
  }
  return findings;
}

const quoted = (value: unknown) => (typeof value === "string" ? `'${value}'` : "(none)");
