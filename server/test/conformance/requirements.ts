import { cimd } from "./requirements/cimd.ts";
import { mcp } from "./requirements/mcp.ts";
import { mcpServer } from "./requirements/mcp-server.ts";
import { mcpStdio } from "./requirements/mcp-stdio.ts";
import type { Requirement } from "./requirements/requirement.ts";
import { rfc6749Endpoints } from "./requirements/rfc6749-endpoints.ts";
import { rfc6749Grants } from "./requirements/rfc6749-grants.ts";
import { rfc6749Security } from "./requirements/rfc6749-security.ts";
import { rfc6750 } from "./requirements/rfc6750.ts";
import { rfc7009 } from "./requirements/rfc7009.ts";
import { rfc7591 } from "./requirements/rfc7591.ts";
import { rfc7592 } from "./requirements/rfc7592.ts";
import { rfc7636 } from "./requirements/rfc7636.ts";
import { rfc7662 } from "./requirements/rfc7662.ts";
import { rfc8252 } from "./requirements/rfc8252.ts";
import { rfc8414 } from "./requirements/rfc8414.ts";
import { rfc8628 } from "./requirements/rfc8628.ts";
import { rfc8707 } from "./requirements/rfc8707.ts";
import { rfc9068 } from "./requirements/rfc9068.ts";
import { rfc9207 } from "./requirements/rfc9207.ts";
import { rfc9700 } from "./requirements/rfc9700.ts";
import { rfc9728 } from "./requirements/rfc9728.ts";

/** Every duty these RFCs and drafts put on an authorization or resource server, with its proof or the reason why none is owed. */
export const REQUIREMENTS: readonly Requirement[] = [
  ...rfc6749Endpoints,
  ...rfc6749Grants,
  ...rfc6749Security,
  ...rfc6750,
  ...rfc7009,
  ...rfc7591,
  ...rfc7592,
  ...rfc7636,
  ...rfc7662,
  ...rfc8252,
  ...rfc8414,
  ...rfc8628,
  ...rfc8707,
  ...rfc9068,
  ...rfc9207,
  ...rfc9700,
  ...rfc9728,
  ...cimd,
  ...mcp,
  ...mcpServer,
  ...mcpStdio,
];
