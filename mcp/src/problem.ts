/** How the program ends, for whoever started it. */
export const EXIT = { fine: 0, usage: 2, refused: 3, unreachable: 4 } as const;

/** Something that the person can mend; the message says what is wrong and what to do. */
export class Problem extends Error {
  override readonly name: string = "Problem";
  readonly exitCode: number;

  constructor(message: string, exitCode: number, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** There is no live token, and only the person can give one. */
export class SignInNeeded extends Problem {
  override readonly name = "SignInNeeded";
  /** Somebody had signed in before, and that has ended: a model hears of it before a browser opens again. */
  readonly hasEnded: boolean;

  constructor(message: string, { hasEnded }: { hasEnded: boolean }) {
    super(message, EXIT.refused);
    this.hasEnded = hasEnded;
  }
}
