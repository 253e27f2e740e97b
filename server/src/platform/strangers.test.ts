import { expect, it } from "vitest";
import { ApiError } from "./api-error.ts";
import { Strangers } from "./strangers.ts";

const NETWORK = "192.0.2.7";
const ELSEWHERE = "198.51.100.7";
const NOW = 60_000;

it("bounds the failures of a network that holds very many credentials which were good, and lets in what does not fail", async () => {
  const strangers = new Strangers();
  const dead = Array.from({ length: 100 }, (_, at) => `dead-${at}`);
  for (const credential of [...dead, "alive", "young"]) strangers.remember(credential);
  let looked = 0;
  const present = (credential: string, address = NETWORK, now = NOW) =>
    strangers
      .admit({ credentials: [credential], address, now }, async () => {
        looked++;
        if (credential !== "alive") throw new ApiError("invalid_token");
        return "good";
      })
      .catch((error: ApiError) => error.code);
  for (let round = 0; round < 300; round++) for (const credential of dead) await present(credential);
  // Each may fail thirty times before the network is found out.
  expect(looked).toBe(3000);
  expect(await present("dead-1")).toBe("rate_limited");
  expect(await present("alive")).toBe("good");
  expect(await present("young")).toBe("invalid_token");
  expect(await present("dead-1", ELSEWHERE)).toBe("invalid_token");
  expect(await present("dead-1", NETWORK, NOW + 60_000)).toBe("invalid_token");
});
