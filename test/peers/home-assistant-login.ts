import { z } from "zod";

export interface User {
  readonly name: string;
  readonly username: string;
  readonly password: string;
}

/** What the frontend keeps in `localStorage.hassTokens`. */
export interface HassTokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
  readonly token_type: string;
  readonly hassUrl: string;
  readonly clientId: string;
  readonly expires: number;
}

const AuthCode = z.object({ auth_code: z.string() });
const LoginFlow = z.object({ flow_id: z.string() });
const LoginDone = z.object({ type: z.literal("create_entry"), result: z.string() });
const Tokens = z.object({ access_token: z.string(), refresh_token: z.string(), expires_in: z.number(), token_type: z.string() });

const clientIdOf = (url: string): string => `${url}/`;

/** Creates the owner of a new Home Assistant and logs in. */
export async function createOwner(url: string, user: User): Promise<HassTokens> {
  const created = await post(`${url}/api/onboarding/users`, { ...user, client_id: clientIdOf(url), language: "en" });
  return await exchange(url, AuthCode.parse(created).auth_code);
}

/** Logs in as a user of a running Home Assistant. */
export async function logIn(url: string, user: User): Promise<HassTokens> {
  const client_id = clientIdOf(url);
  const flow = await post(`${url}/auth/login_flow`, { client_id, handler: ["homeassistant", null], redirect_uri: client_id });
  const { flow_id } = LoginFlow.parse(flow);
  const done = await post(`${url}/auth/login_flow/${flow_id}`, { client_id, username: user.username, password: user.password });
  return await exchange(url, LoginDone.parse(done).result);
}

async function exchange(url: string, code: string): Promise<HassTokens> {
  const clientId = clientIdOf(url);
  const form = new URLSearchParams({ grant_type: "authorization_code", code, client_id: clientId });
  const tokens = Tokens.parse(await answerOf(await fetch(`${url}/auth/token`, { method: "POST", body: form })));
  return { ...tokens, hassUrl: url, clientId, expires: Date.now() + tokens.expires_in * 1000 };
}

async function post(url: string, body: object): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  return await answerOf(await fetch(url, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function answerOf(response: Response): Promise<unknown> {
  if (response.ok) return await response.json();
  throw new Error(`Home Assistant answered ${new URL(response.url).pathname} with ${response.status}: ${await response.text()}`);
}
