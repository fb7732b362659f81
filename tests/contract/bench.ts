import { type Answer, type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";

/** What versions of Pocket ID answer differently. Every test runs against every version; only the numbers change. */
interface Expectations {
  duplicate: number;
  unreadableBody: number;
  wrongContentType: number;
  /** What a person without an address is refused with, by status 400. */
  emailMissing: string;
  /** Whether the preview of a login puts the kind of the ID token among the claims of userinfo. */
  typeInUserInfo: boolean;
  /** Whether a public client can be made to push its authorization requests, which it can't. */
  publicClientPushes: boolean;
  deleteOfNoClient: number;
  claimsOfNobody: { none: number; some: number };
  /** Whether `client_id` is a reserved claim. */
  clientIdClaim: number;
  /** The path that makes a client secret, its status, and whether the value comes with an id. */
  secret: { path: string; status: number; named: boolean };
  /** The path of the other version, which is then unknown. */
  otherSecretPath: string;
  /** Fields of a client that older servers drop without a word. */
  newerFields: boolean;
  /** Whether the answer to a client's PUT shows its allowed groups. */
  putShowsGroups: boolean;
  /** A callback URL that is a URL pattern, but with its wildcards taken away no URL. */
  looseCallbackUrl: number;
  /** A callback URL with a colon that is neither escaped nor the start of a name of its own. */
  colonCallbackUrl: number;
  /** Whether names are brought to Unicode's normal form C. */
  normalForm: boolean;
  /** Whether errors carry a code and a request id beside the sentence. */
  codes: boolean;
}

const before213: Expectations = {
  duplicate: 400,
  unreadableBody: 500,
  wrongContentType: 201,
  emailMissing: "The user does not have an email address set",
  typeInUserInfo: false,
  publicClientPushes: false,
  deleteOfNoClient: 204,
  claimsOfNobody: { none: 200, some: 500 },
  clientIdClaim: 200,
  secret: { path: "secret", status: 200, named: false },
  otherSecretPath: "secrets",
  newerFields: false,
  putShowsGroups: false,
  looseCallbackUrl: 201,
  colonCallbackUrl: 400,
  normalForm: false,
  codes: false,
};

const since214: Expectations = {
  duplicate: 409,
  unreadableBody: 400,
  wrongContentType: 400,
  emailMissing: "Email is required",
  typeInUserInfo: true,
  publicClientPushes: true,
  deleteOfNoClient: 404,
  claimsOfNobody: { none: 404, some: 404 },
  clientIdClaim: 400,
  secret: { path: "secrets", status: 201, named: true },
  otherSecretPath: "secret",
  newerFields: true,
  putShowsGroups: true,
  looseCallbackUrl: 400,
  colonCallbackUrl: 201,
  normalForm: true,
  codes: true,
};

const table: Readonly<Record<string, Expectations>> = { "2.9": before213, "2.14": since214 };

/** Answers as far as tests look into them. */
export interface Claim {
  key: string;
  value: string;
}

export interface User {
  id: string;
  username: string;
  email: string | null;
  isAdmin: boolean;
  disabled: boolean;
  locale: string | null;
  firstName: string;
  displayName: string;
  customClaims: Claim[];
  userGroups: { id: string; name: string }[];
}

export interface Group {
  id: string;
  name: string;
  friendlyName: string;
  customClaims: Claim[];
  createdAt: string;
  users: User[];
  allowedOidcClients: { id: string }[];
}

export interface Client {
  id: string;
  name: string;
  isGroupRestricted: boolean;
  pkceEnabled: boolean;
  allowedUserGroups: { id: string; customClaims: Claim[]; userCount: number }[];
}

export interface List<Row> {
  data: Row[];
  pagination: { totalPages: number; totalItems: number; currentPage: number; itemsPerPage: number };
}

/** The server, and objects on it that vanish when the suite is over. */
export class Bench {
  private readonly made: string[] = [];

  private constructor(
    readonly server: PocketIdUnderTest,
    readonly expected: Expectations,
  ) {}

  static async start(): Promise<Bench> {
    const server = await pocketIdUnderTest();
    const minor = server.version.split(".").slice(0, 2).join(".");
    const expected = table[minor];
    if (!expected)
      throw new Error(`no expectations for version ${server.version}: add them to tests/contract/bench.ts`);
    return new Bench(server, expected);
  }

  call<Body = { error: string }>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    return this.server.call<Body>(method, path, body);
  }

  /** Makes a call that must succeed, and gives its body. */
  async ok<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    const answer = await this.server.call<Body>(method, path, body);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    return answer.body;
  }

  async group(fields: { name?: string; friendlyName?: string } = {}): Promise<Group> {
    const body = { name: uniqueName("contract"), friendlyName: "Contract", ...fields };
    return this.remembered("/api/user-groups", await this.ok<Group>("POST", "/api/user-groups", body));
  }

  async user(fields: Record<string, unknown> = {}): Promise<User> {
    const username = uniqueName("contract");
    const body = {
      username,
      email: `${username}@example.com`,
      firstName: "Con",
      lastName: "Tract",
      ...fields,
    };
    return this.remembered("/api/users", await this.ok<User>("POST", "/api/users", body));
  }

  async client(fields: Record<string, unknown> = {}): Promise<Client> {
    const body = { name: "Contract", ...fields };
    return this.remembered("/api/oidc/clients", await this.ok<Client>("POST", "/api/oidc/clients", body));
  }

  /** Takes note of an object that a test made by itself. */
  remembered<T extends { id: string }>(collection: string, object: T): T {
    this.made.push(`${collection}/${encodeURIComponent(object.id)}`);
    return object;
  }

  async end(): Promise<void> {
    for (const path of this.made.reverse()) await this.server.call("DELETE", path);
    await this.server.close();
  }
}
