/**
 * What a spawned program gets of this process's environment: where programs are, and where Node keeps what it compiled.
 * A setting of whoever runs the tests must not decide them.
 */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  return Object.fromEntries(
    Object.entries({ PATH, HOME, NODE_COMPILE_CACHE }).filter(([, value]) => value !== undefined),
  );
}
