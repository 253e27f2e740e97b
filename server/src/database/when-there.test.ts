import { expect, test, vi } from "vitest";
import { whenThere } from "./when-there.ts";

const failing = (code: string) => Object.assign(new Error("no way in"), { code });

test.each(["ECONNREFUSED", "ENOTFOUND", "57P03"])(
  "a database that is away (%s) is waited for, which is said once",
  async (code) => {
    const sayWaiting = vi.fn();
    const open = vi
      .fn(async () => "open")
      .mockRejectedValueOnce(failing(code))
      .mockRejectedValueOnce(failing(code));
    expect(await whenThere(open, sayWaiting)).toBe("open");
    expect(sayWaiting.mock.calls).toEqual([[code]]);
  },
);

test("one that stays away is given up with what it answered last", async () => {
  const open = vi.fn(() => Promise.reject(failing("ECONNREFUSED")));
  await expect(whenThere(open, () => {}, 1_200)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  expect(open.mock.calls.length).toBeGreaterThan(2);
});

test.each([
  ["a password", "28P01"],
  ["a name of the database", "3D000"],
  ["room on its disk", "53100"],
])("for %s nobody waits (%s)", async (_, code) => {
  const sayWaiting = vi.fn();
  await expect(whenThere(() => Promise.reject(failing(code)), sayWaiting)).rejects.toMatchObject({ code });
  expect(sayWaiting).not.toHaveBeenCalled();
});
