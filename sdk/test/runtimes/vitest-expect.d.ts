/** Of what vitest's `expect` is made of, what `small-runner.ts` uses: it is not there when types are checked. */
declare module "@vitest/expect" {
  type Plugin = (...made: never[]) => void;
  export const chai: { expect(value: unknown, message?: string): unknown; use(plugin: Plugin): void };
  export const JestAsymmetricMatchers: Plugin;
  export const JestChaiExpect: Plugin;
  export const JestExtend: Plugin;
  export function setState(state: object, expect: unknown): void;
}
