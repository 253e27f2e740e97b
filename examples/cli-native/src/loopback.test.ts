import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { startLoopback } from "./loopback.ts";

const portOf = (redirectUri: string) => Number(new URL(redirectUri).port);

/** What a page anywhere can make a browser of this computer ask for. */
test.each(["//", "//[", "http://[/callback", "/callback", "/callback?state=guessed", "*"])(
  "a request for %s is no answer, and ends nothing",
  async (target) => {
    const loopback = await startLoopback();
    const answered = loopback.answer("s");
    const socket = connect(portOf(loopback.redirectUri), "127.0.0.1");
    socket.write(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    const [said] = await once(socket, "data");
    expect(String(said).slice(9, 12)).toMatch(/40[04]/);
    const told = await fetch(`${loopback.redirectUri}?state=s&code=c`);
    expect(await told.text()).toContain("Go on in your terminal");
    expect((await answered).searchParams.get("code")).toBe("c");
    await loopback.stop();
  },
);

test("a connection on which nothing is said does not keep the program from ending", async () => {
  const loopback = await startLoopback();
  const silent = connect(portOf(loopback.redirectUri), "127.0.0.1");
  await once(silent, "connect");
  await fetch(loopback.redirectUri);
  const closed = once(silent, "close");
  await loopback.stop();
  await closed;
});
