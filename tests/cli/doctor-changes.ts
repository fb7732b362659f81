import type { Code } from "../../cli/doctor/codes";
import { type Company, DESKTOP } from "./doctor-company";
import { ELSEWHERE, type Situation } from "./doctor-situations";

const editWeb = async (company: Company, fields: object) => {
  await company.editClient(company.subject.webClient.id, fields);
  return company.find();
};

const allow = async (company: Company, ...groups: readonly { id: string }[]) => {
  const userGroupIds = groups.map(({ id }) => id);
  await company.edit("PUT", `/api/oidc/clients/${DESKTOP}/allowed-user-groups`, { userGroupIds });
  return company.find();
};

const claimOf = async (
  company: Company,
  whose: `${"user" | "user-group"}/${string}`,
  ...values: string[]
) => {
  const claims = values.map((value) => ({ key: "roles", value }));
  await company.edit("PUT", `/api/custom-claims/${whose}`, claims);
  return company.find();
};

/** A person's own claim. */
const ownClaim = (company: Company, value: string) =>
  claimOf(company, `user/${company.people.user.id}`, value);

const disabled = async (company: Company) => {
  const { username } = await company.addPerson("gone", [company.groups.admin.id], { disabled: true });
  return username;
};

/** These change Pocket ID by hand. */
export const CHANGED = {
  "client-missing": async (company) => {
    await company.edit("DELETE", `/api/oidc/clients/${DESKTOP}`);
    return company.find();
  },
  "client-confidential": (company) => editWeb(company, { isPublic: false }),
  "client-without-pkce": (company) => editWeb(company, { isPublic: false, pkceEnabled: false }),
  "client-changed": async (company) => {
    const { webClient } = company.subject;
    await editWeb(company, { launchURL: ELSEWHERE });
    return company.find({}, { webClient: { ...webClient, managed: { launchUrl: company.ocis.url } } });
  },
  "client-callback-missing": (company) => editWeb(company, { callbackURLs: [`${company.ocis.url}/`] }),
  "client-callback-foreign": (company) => editWeb(company, { callbackURLs: [ELSEWHERE] }),
  "client-callback-colon": (company) => editWeb(company, { callbackURLs: [`${company.ocis.url}/:page`] }),
  "client-logout-missing": (company) => editWeb(company, { logoutCallbackURLs: [] }),
  "client-logout-foreign": async (company) => {
    await editWeb(company, { logoutCallbackURLs: [ELSEWHERE] });
    return company.find({}, { webClient: { ...company.subject.webClient, managed: {} } });
  },
  "client-unrestricted": (company) => editWeb(company, { isGroupRestricted: false }),
  "client-group-not-allowed": (company) => allow(company, company.groups.admin),
  "client-group-foreign": async (company) =>
    allow(company, ...Object.values(company.groups), await company.addGroup("interns")),
  "group-missing": async (company) => {
    await company.edit("DELETE", `/api/users/${company.people.guest.id}`);
    await company.edit("DELETE", `/api/user-groups/${company.groups.guest.id}`);
    return company.find();
  },
  "group-claim-missing": (company) => claimOf(company, `user-group/${company.groups.guest.id}`),
  "group-claim-wrong": (company) => claimOf(company, `user-group/${company.groups.guest.id}`, "ocisAdmin"),
  "nobody-has-a-role": async (company) => {
    for (const { id } of Object.values(company.people)) await company.edit("DELETE", `/api/users/${id}`);
    return company.find();
  },
  "member-disabled": async (company) => {
    await disabled(company);
    return company.find();
  },
  "person-disabled": async (company) => company.find({ user: await disabled(company) }),
  "person-not-allowed": async (company) =>
    company.find({ user: (await company.addPerson("stranger", [])).username }),
  "person-without-role": (company) => claimOf(company, `user-group/${company.groups.user.id}`),
  "person-role-unknown": (company) => ownClaim(company, "boss"),
  "person-role-type": (company) => ownClaim(company, "42"),
  "person-claims-unreadable": (company) => ownClaim(company, "null"),
  "person-own-claim": (company) => ownClaim(company, "ocisAdmin"),
  "person-own-claim-same": (company) => ownClaim(company, "ocisUser"),
  "person-in-two-groups": async (company) => {
    await company.addPerson("both", [company.groups.admin.id, company.groups.user.id]);
    return company.find();
  },
} satisfies Partial<Record<Code, Situation>>;
