import ipaddr from "ipaddr.js";
import { memoize } from "./memoize.ts";

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * The address of the client: that of the socket or, when that is a trusted proxy, the last one in X-Forwarded-For that is
 * not a proxy. Headers of strangers are never believed.
 *
 * @param onStranger called with the address of whoever sends the header and is no trusted proxy
 */
export function clientAddress(
  trusted: string,
  onStranger: (address: string) => void = () => {},
): (socketAddress: string | undefined, forwardedFor: string | undefined) => string {
  const ranges = trusted
    .split(",")
    .map((text) => text.trim())
    .filter(Boolean)
    .map(parseRange);
  return (socketAddress, forwardedFor) => {
    let address = normalize(socketAddress ?? "");
    if (!forwardedFor) return address;
    if (!isIn(ranges, address)) {
      onStranger(address);
      return address;
    }
    const hops = forwardedFor.split(",").map((hop) => normalize(hop.trim()));
    while (isIn(ranges, address) && hops.length > 0) address = hops.pop() || address;
    return address;
  };
}

/** Parses an address or a CIDR range. Throws for anything else. */
export function parseRange(text: string): Range {
  if (text.includes("/")) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

/**
 * The network by which a limit counts strangers: whoever has one IPv6 address has the other 2^64 of its network too
 * (RFC 6177 §2), so they count as one.
 */
export function networkOf(address: string): string {
  if (!ipaddr.IPv6.isValid(address)) return address;
  return `${ipaddr.IPv6.parse(address)
    .parts.slice(0, 4)
    .map((part) => part.toString(16))
    .join(":")}::/64`;
}

function isIn(ranges: Range[], text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  return ranges.some(([range, bits]) => range.kind() === address.kind() && address.match(range, bits));
}

const LONGEST_ADDRESS = 64;
/** Some proxies write the port too. */
const WITH_PORT = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+))(?::[0-9]+)?$/i;

function normalize(written: string): string {
  return written.length > LONGEST_ADDRESS ? canonical(written) : cachedCanonical(written);
}

const cachedCanonical = memoize(canonical);

function canonical(written: string): string {
  const [, v6, v4] = WITH_PORT.exec(written) ?? [];
  const text = v6 ?? v4 ?? written;
  return ipaddr.isValid(text) ? ipaddr.process(text).toString() : text.slice(0, LONGEST_ADDRESS);
}
