import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { afterEach, describe, expect, test } from "vitest";
import { fetchOutside, isPublicAddress, OutgoingError, type Resolve } from "./outgoing.ts";

const GUARDED = { ALLOW_PRIVATE_TARGETS: false };
const OPEN = { ALLOW_PRIVATE_TARGETS: true };
const LIMITS = { maxBytes: 1000, timeoutMs: 2000, accept: "image/png" };

const SPECIAL = [
  ["this network", "0.0.0.0"],
  ["private", "10.1.2.3"],
  ["private", "172.16.0.1"],
  ["private", "192.168.1.1"],
  ["shared between provider and customer (RFC 6598)", "100.64.0.1"],
  ["loopback", "127.0.0.1"],
  ["loopback", "127.255.255.254"],
  ["link-local, metadata services", "169.254.169.254"],
  ["protocol assignments", "192.0.0.192"],
  ["documentation", "192.0.2.1"],
  ["documentation", "198.51.100.1"],
  ["documentation", "203.0.113.1"],
  ["6to4 relay", "192.88.99.1"],
  ["benchmarking", "198.18.0.1"],
  ["multicast", "224.0.0.1"],
  ["reserved", "240.0.0.1"],
  ["broadcast", "255.255.255.255"],
  ["unspecified", "::"],
  ["loopback", "::1"],
  ["IPv4-compatible", "::127.0.0.1"],
  ["IPv4-mapped", "::ffff:127.0.0.1"],
  ["IPv4-mapped, even to a public one", "::ffff:8.8.8.8"],
  ["IPv4-translated", "::ffff:0:127.0.0.1"],
  ["NAT64", "64:ff9b::7f00:1"],
  ["NAT64, local", "64:ff9b:1::7f00:1"],
  ["discard", "100::1"],
  ["Teredo", "2001::1"],
  ["benchmarking", "2001:2::1"],
  ["ORCHID", "2001:20::1"],
  ["documentation", "2001:db8::1"],
  ["6to4", "2002:7f00:1::"],
  ["documentation", "3fff::1"],
  ["segment routing", "5f00::1"],
  ["unassigned", "4000::1"],
  ["unique local", "fc00::1"],
  ["unique local", "fd12:3456::1"],
  ["link-local", "fe80::1"],
  ["link-local with a zone", "fe80::1%eth0"],
  ["site-local", "fec0::1"],
  ["multicast", "ff02::1"],
  ["no address", "example.com"],
  ["no address", ""],
] as const;

describe("only addresses of the public internet are reached", () => {
  test.each(SPECIAL)("not %s: %s", (_, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each(["8.8.8.8", "1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4001::1"])(
    "but %s",
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  test("nor any address that hides a special one behind IPv6", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom("::ffff:", "64:ff9b::", "::"), (inner, prefix) => {
        const parts = ipaddr.IPv4.parse(inner).toByteArray();
        const low = Buffer.from(parts).toString("hex");
        expect(isPublicAddress(`${prefix}${low.slice(0, 4)}:${low.slice(4)}`)).toBe(false);
      }),
    );
  });
});

describe("an address is refused before anything is sent", () => {
  test.each([
    "http://example.com/icon.png",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://user:password@example.com/",
    "file:///etc/passwd",
    "data:image/png;base64,AAAA",
    "ftp://example.com/",
    "icon.png",
    "",
  ])("%s", async (address) => {
    const resolve: Resolve = () => Promise.reject(new Error("must not be called"));
    await expect(fetchOutside(GUARDED, address, LIMITS, resolve)).rejects.toThrow(OutgoingError);
  });
});

describe("a name is only as good as the addresses it leads to", () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  test.each([
    ["a loopback address", ["127.0.0.1"]],
    ["a public address and a private one", ["8.8.8.8", "10.0.0.1"]],
    ["an IPv6 loopback address", ["::1"]],
    ["nothing", []],
  ])("refused: %s", async (_, addresses) => {
    let connections = 0;
    server = createServer().on("connection", () => connections++);
    const port = await listen(server);
    let lookUps = 0;
    const resolve: Resolve = async () => {
      lookUps++;
      return addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    };
    const fetched = fetchOutside(GUARDED, `https://rebinding.example:${port}/`, LIMITS, resolve);
    await expect(fetched).rejects.toThrow("public internet");
    expect({ connections, lookUps }).toEqual({ connections: 0, lookUps: 1 });
  });

  test("localhost by the system's own resolver", async () => {
    await expect(fetchOutside(GUARDED, "https://localhost:1/", LIMITS)).rejects.toThrow("public internet");
  });
});

describe("what comes back is bounded", () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function fetchFrom(handler: RequestListener, limits = LIMITS): Promise<Buffer> {
    server = createServer(handler);
    const port = await listen(server);
    return await fetchOutside(OPEN, `http://127.0.0.1:${port}/icon`, limits);
  }

  test("a body within the limit arrives whole, and the request reveals nothing but the accepted types", async () => {
    let headers = {};
    const body = await fetchFrom((request, response) => {
      headers = request.headers;
      response.end(Buffer.alloc(1000, 7));
    });
    expect(body).toEqual(Buffer.alloc(1000, 7));
    expect(Object.keys(headers).sort()).toEqual([
      "accept",
      "accept-encoding",
      "connection",
      "host",
      "user-agent",
    ]);
  });

  test("a body above it is cut off, whatever length it announces", async () => {
    const endless: RequestListener = (_, response) => {
      const timer = setInterval(() => response.write(Buffer.alloc(500)), 1);
      response.on("close", () => clearInterval(timer));
    };
    await expect(fetchFrom(endless)).rejects.toThrow("larger than 1000 bytes");
  });

  test.each([301, 302, 307, 308, 404, 500, 204])("status %i is not followed", async (status) => {
    const redirect: RequestListener = (_, response) =>
      response.writeHead(status, { location: "http://127.0.0.1:1/" }).end();
    await expect(fetchFrom(redirect)).rejects.toThrow(`answered ${status}`);
  });

  test("one that never answers is given up", async () => {
    await expect(fetchFrom(() => {}, { ...LIMITS, timeoutMs: 200 })).rejects.toThrow("in time");
  });

  test("one that drips is given up as well", async () => {
    const dripping: RequestListener = (_, response) => {
      const timer = setInterval(() => response.write("."), 20);
      response.on("close", () => clearInterval(timer));
    };
    await expect(fetchFrom(dripping, { ...LIMITS, timeoutMs: 200 })).rejects.toThrow("in time");
  });

  test("one that is not there is reported without details", async () => {
    await expect(fetchOutside(OPEN, "http://127.0.0.1:1/", LIMITS)).rejects.toThrow("could not be reached");
  });
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
