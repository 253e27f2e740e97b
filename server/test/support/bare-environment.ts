/**
 * The part of this process's environment that a spawned program gets: where programs are, and where Node caches what it
 * compiled. The settings of the person who runs the tests must not decide them.
 */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  return Object.fromEntries(
    Object.entries({ PATH, HOME, NODE_COMPILE_CACHE }).filter(([, value]) => value !== undefined),
  );
}
