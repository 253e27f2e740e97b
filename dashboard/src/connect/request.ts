import { getJson, postJson } from "./api.ts";

/** A pending connection as `GET /api/auth/mcp/requests/:id` answers it (snake_case is the wire of `/api/auth`). */
export interface ConnectRequest {
  status: "sign_in" | "verify_email" | "consent" | "approved" | "denied" | "expired";
  client: Client;
  user: { id: string; name: string; email: string } | null;
  organizations: Organization[];
  scopes: OfferedScope[];
  organization_hint: string | null;
  expires_at: string;
  grants: GivenGrant[];
  continue_url: string | null;
  return_url: string | null;
  switch_url: string;
  /** Whether the page may leave for `return_url` without a click, for whoever is signed in. */
  redirect_trusted: boolean;
  /** How long a request waits for a decision. */
  life_seconds: number;
}

export interface Client {
  client_id: string;
  /** The host whose document describes the app; null for one that is registered here. */
  document_host: string | null;
  /** Whether it describes itself in another way than when it was last allowed. */
  changed: boolean;
  name: string;
  icon_url: string | null;
  homepage: string | null;
  publisher: string | null;
  verified: boolean;
  /** Null for a device, which goes on by itself. */
  redirect_host: string | null;
  /** What answers there is a program on this computer, by its address or by a scheme that it took for itself. */
  loopback: boolean;
  /** A device without a browser; whether it proved that it is of this app. */
  device: { proven: boolean } | null;
}

export interface Organization {
  id: string;
  slug: string;
  name: string;
  role: string;
  selectable: boolean;
  reason: "not_admin" | null;
  projects: { id: string; slug: string; name: string }[];
  grant: { grant_id: string; projects: "all" | string[]; scopes: string[] } | null;
}

export interface OfferedScope {
  name: string;
  sentence: string;
  group: "read" | "write" | "production";
  default_on: boolean;
  warning: string | null;
  requested: boolean;
  granted: boolean;
}

export interface GivenGrant {
  grant_id: string;
  organization_id: string;
  organization_name: string;
  organization_slug: string;
  projects: "all" | { id: string; name: string }[];
  scopes: string[];
}

export interface Approval {
  approve: true;
  organizations: { organization_id: string; projects: "all" | string[] }[];
  scopes: string[];
}

export function loadRequest(id: string): Promise<ConnectRequest> {
  return getJson(address(id));
}

/** Brings the code that a device shows; answers the request behind it. */
export function enterCode(code: string): Promise<{ request_id: string }> {
  return postJson("/api/auth/mcp/device", { user_code: code });
}

export function decide(
  id: string,
  decision: Approval | { approve: false },
): Promise<{ status: ConnectRequest["status"]; continue_url: string | null }> {
  return postJson(`${address(id)}/decision`, decision);
}

function address(id: string): string {
  return `/api/auth/mcp/requests/${encodeURIComponent(id)}`;
}
