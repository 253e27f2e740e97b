import { type App, approve, type Browser, type Choice, type Fields, post } from "./flow.ts";

export const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

/** What a device is told when it begins (RFC 8628 §3.2). */
export interface DeviceCodes {
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete: string;
  expires_in: number;
  interval: number;
}

/** What the device authorization endpoint answers to the app. */
export function tryBegin(base: string, app: App, fields: Fields = {}): Promise<Response> {
  return post(base, "device_authorization", app, fields);
}

export async function beginDevice(base: string, app: App, fields: Fields = {}): Promise<DeviceCodes> {
  const response = await tryBegin(base, app, fields);
  if (response.status !== 200)
    throw new Error(`beginning on a device: ${response.status} ${await response.text()}`);
  return (await response.json()) as DeviceCodes;
}

/** One poll of the device. */
export function poll(base: string, app: App, deviceCode: string, fields: Fields = {}): Promise<Response> {
  return post(base, "token", app, { grant_type: DEVICE_GRANT, device_code: deviceCode, ...fields });
}

/** What the page says to a code that a person typed. */
export function tryEnter(
  browser: Browser,
  userCode: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return browser.post("/api/auth/mcp/device", { user_code: userCode }, headers);
}

/** Brings the code of a device; answers the id of the request behind it. */
export async function enter(browser: Browser, userCode: string): Promise<string> {
  const response = await tryEnter(browser, userCode);
  if (!response.ok) throw new Error(`typing a code: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { request_id: string }).request_id;
}

/** Types the code and allows what is asked for. */
export async function allow(
  browser: Browser,
  userCode: string,
  chosen: { organizations?: Choice[]; scopes?: string[] } = {},
): Promise<string> {
  const requestId = await enter(browser, userCode);
  await approve(browser, requestId, chosen);
  return requestId;
}

/** Types the code and says no. */
export async function refuse(browser: Browser, userCode: string): Promise<void> {
  const requestId = await enter(browser, userCode);
  const response = await browser.post(`/api/auth/mcp/requests/${requestId}/decision`, { approve: false });
  if (!response.ok) throw new Error(`cancelling: ${response.status} ${await response.text()}`);
}
