import { inWordsOf, productOf } from "@ocis-pocket-id/components";
import type { PocketId } from "@ocis-pocket-id/providers/pocket-id";
import type { Subject } from "../stacks/subject";
import { certificateOf, checkCertificates, checkClocks, clockOf } from "./certificates";
import { checkClients, findClients } from "./clients";
import { checkContainer, checkEnvironment, checkSettings } from "./container";
import { checkDiscovery } from "./discovery";
import { type Finding, finding, needsFix } from "./finding";
import { askOcis, checkOcis } from "./ocis";
import { checkGroups, checkPeople, findMemberships, rolesOf } from "./people";
import { checkKey, checkVersion, greet, ifGiven, openApi } from "./pocket-id";

/** Options of {@link examine}. */
export interface ExamineOptions {
  /** Checks this person only, at each client. @default everyone in the stack's groups, at the web client */
  readonly user?: string | undefined;
  /** Whether values of variables are printed that this package hasn't set. @default false */
  readonly showValues?: boolean;
  /** The folder of oCIS's compose.yaml. @default none: oCIS isn't a bundle */
  readonly bundle?: string | undefined;
  /** Whether the stack's configuration contains the TLS proxy's certificate. @default false */
  readonly isCertificateGiven?: boolean;
  /** @default now */
  readonly now?: Date;
}

/** Checks everything that a login needs. Changes nothing. Checks that can't run because of another finding are skipped. */
export async function examine(
  subject: Subject,
  { user, showValues = false, bundle, isCertificateGiven, now = new Date() }: ExamineOptions = {},
): Promise<Finding[]> {
  const api = openApi(subject);
  const apiUrl = "pocketId" in api ? api.pocketId.url : subject.issuer;
  const [greeting, certificates, discovery, ocis] = await Promise.all([
    greet(api),
    collectCertificates(subject, apiUrl),
    checkDiscovery(subject),
    askOcis(subject.ocisUrl),
  ]);
  const clocks = [...clockOf("Pocket ID", discovery.answer), ...clockOf("oCIS", ocis.front)];
  // A rejected certificate also blocks the API; one finding is enough.
  const atApi = certificates.filter(({ host }) => host === new URL(apiUrl).host);
  const isCertificates = (refusal: Finding) =>
    refusal.code === "pocket-id-unexpected" && needsFix(checkCertificates(atApi, now));
  const version = "version" in greeting ? greeting.version : undefined;
  const product = productOf(subject.product);
  const inWords = (text: string) => inWordsOf(product, text);
  // These whats name hosts only, which have lower-case letters.
  const named = (findings: readonly Finding[]) =>
    findings.map((one) => ({ ...one, what: inWords(one.what) }));
  const all = [
    ...("refusal" in greeting && !isCertificates(greeting.refusal) ? [greeting.refusal] : []),
    ...("version" in greeting ? checkVersion(greeting.version) : []),
    ...named([...checkCertificates(certificates, now, clocks, isCertificateGiven), ...checkClocks(clocks)]),
    ...named(discovery.findings),
    ...checkOcis(ocis, subject, version, bundle),
    ...("version" in greeting
      ? [
          ...checkKey(await ifGiven(greeting.pocketId.listOwnKeys(), []), now),
          ...(await checkIdentity(greeting.pocketId, subject, user, greeting.version)),
        ]
      : []),
    ...checkSettings(subject),
    ...checkContainer(subject),
    ...checkEnvironment(subject.overridden ?? [], showValues),
  ];
  return all.map((one) => ({ ...one, why: inWords(one.why), fix: inWords(one.fix) }));
}

async function collectCertificates({ issuer, ocisUrl, configuration }: Subject, apiUrl: string) {
  const authority = configuration["pocketid:caCertificate"];
  const origins = new Set([issuer, apiUrl].map((url) => new URL(url).origin));
  const all = await Promise.all([
    ...[...origins].map((url) => certificateOf("Pocket ID", url, authority)),
    certificateOf("oCIS", ocisUrl, authority),
  ]);
  return all.filter((certificate) => certificate !== undefined);
}

async function checkIdentity(
  pocketId: PocketId,
  subject: Subject,
  user: string | undefined,
  version: string,
): Promise<Finding[]> {
  const { webClient, nativeClients, claimKey, identityClaim } = subject;
  const [clients, memberships, users, settings] = await Promise.all([
    findClients(pocketId, subject),
    findMemberships(pocketId, subject),
    pocketId.listUsers(),
    ifGiven(pocketId.publicSettings(), new Map<string, string>()),
  ]);
  // A deleted group has a finding of its own.
  const groups = subject.groups.filter(({ id }) => memberships.some(({ group }) => group.id === id));
  const atClients = [webClient, ...(user === undefined ? [] : nativeClients)].filter(({ id }) =>
    clients.has(id),
  );
  const isChangeable =
    identityClaim === "preferred_username" && settings.get("allowOwnAccountEdit") === "true";
  return [
    ...checkClients(clients, subject, groups, version),
    ...checkGroups(memberships, subject),
    ...(await checkPeople(users, user, {
      ...{ pocketId, claimKey, roles: rolesOf(subject.product) },
      ...{ memberships, clients: atClients },
    })),
    ...(isChangeable
      ? [
          finding(
            "identity-changeable",
            `${productOf(subject.product).title} identifies people by preferred_username, and Pocket ID lets them change their own username`,
          ),
        ]
      : []),
  ];
}
