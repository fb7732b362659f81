import { checkCertificates } from "./checks/certificates";
import { checkClients } from "./checks/clients";
import { checkClocks } from "./checks/clocks";
import { checkContainer } from "./checks/container";
import { checkCrossOrigin } from "./checks/cross-origin";
import { checkEnvironment, checkLoginSettings } from "./checks/environment";
import { checkGroups } from "./checks/groups";
import { checkIssuer } from "./checks/issuer";
import { checkKey } from "./checks/key";
import { checkOcis } from "./checks/ocis";
import { checkPeople } from "./checks/people";
import { checkIdentityClaim, checkPocketId } from "./checks/pocket-id";
import type { PocketId } from "@ocis-pocket-id/providers/pocket-id";
import { greet, openApi, ownKeys } from "./collect/api";
import { collectIdentity } from "./collect/identity";
import { collectWeb, type WebFacts } from "./collect/web";
import type { ApiFacts } from "./facts";
import { type Finding, needsFix } from "./finding";
import type { Subject } from "../stacks/subject";

/** Options of {@link examine}. */
export interface ExamineOptions {
  /** Checks this person only, at each client. @default everyone in the stack's groups, at the web client */
  readonly user?: string | undefined;
  /** Whether values of variables are printed that this package hasn't set. @default false */
  readonly showValues?: boolean;
  /** @default now */
  readonly now?: Date;
}

/** Checks everything that a login needs. Changes nothing. Checks that can't run because of another finding are skipped. */
export async function examine(
  subject: Subject,
  { user, showValues = false, now = new Date() }: ExamineOptions = {},
): Promise<Finding[]> {
  const api = openApi(subject);
  const addresses = {
    issuer: subject.issuer,
    ocisUrl: subject.ocisUrl,
    apiUrl: api.kind === "open" ? api.pocketId.url : undefined,
    authority: subject.configuration["pocketid:caCertificate"],
  };
  const [web, greeting] = await Promise.all([collectWeb(addresses), greet(api)]);
  return [
    ...(isBlockedByCertificate(greeting, addresses.apiUrl, web, now) ? [] : checkPocketId(greeting)),
    ...checkCertificates(web.certificates, now, web.clocks),
    ...checkClocks(web.clocks),
    ...checkWeb(web, subject, greeting.kind === "ok" ? greeting.version : undefined),
    ...(api.kind === "open" && greeting.kind === "ok"
      ? [
          ...checkKey(await ownKeys(api.pocketId), now),
          ...(await checkIdentity(api.pocketId, subject, user, greeting.version)),
        ]
      : []),
    ...checkSettings(subject),
    ...checkContainer(subject.container),
    ...checkEnvironment(subject.overridden ?? [], showValues),
  ];
}

/** A rejected certificate also blocks the API; one finding is enough. */
function isBlockedByCertificate(
  greeting: ApiFacts,
  apiUrl: string | undefined,
  { certificates }: WebFacts,
  now: Date,
): boolean {
  if (greeting.kind !== "unexpected" || apiUrl === undefined) return false;
  const its = certificates.filter(({ host }) => host === new URL(apiUrl).host);
  return needsFix(checkCertificates(its, now));
}

/** Checks the stack's settings, and those of the container only if the stack's are right. */
function checkSettings(subject: Subject): Finding[] {
  const { environment = {}, container } = subject;
  const remove = "remove the variable from overrideEnvironment of the stack, then run `pulumi up`";
  const ofStack = checkLoginSettings(environment, subject, "the stack's environment", remove);
  if (ofStack.length > 0 || container === undefined) return ofStack;
  const refresh = "run `pulumi up --refresh`; if that changes nothing, `docker rm -f` the container first";
  return checkLoginSettings(container.environment, subject, "the running container's environment", refresh);
}

function checkWeb(
  { discovery, discoveryAnswer, crossOrigin, ocis }: WebFacts,
  subject: Subject,
  version: string | undefined,
): Finding[] {
  return [
    ...checkIssuer(subject.issuer, discovery, discoveryAnswer),
    ...checkCrossOrigin(crossOrigin, new URL(subject.ocisUrl).origin),
    ...checkOcis(ocis, subject, version),
  ];
}

async function checkIdentity(
  pocketId: PocketId,
  subject: Subject,
  user: string | undefined,
  version: string,
): Promise<Finding[]> {
  const { clients, groups, people, meant, ownAccountEdit } = await collectIdentity(pocketId, subject, user);
  return [
    // A deleted group has a finding of its own.
    ...checkClients(
      clients,
      { ...subject, groups: subject.groups.filter(({ id }) => groups.has(id)) },
      version,
    ),
    ...checkGroups(groups, subject),
    ...checkPeople(people, subject.claimKey, user, meant),
    ...checkIdentityClaim(subject.identityClaim, ownAccountEdit),
  ];
}
