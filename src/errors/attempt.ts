/** What the work returns or throws, as a value: for many at once, where one's error must not end the others. */
export function attempt<Result>(work: () => Result): Result | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}

/** The same for work that takes its time. */
export async function attemptAsync<Result>(work: () => Promise<Result>): Promise<Result | Error> {
  try {
    return await work();
  } catch (error) {
    return error as Error;
  }
}

/** Throws the first error among such values, if there is one. */
export function throwFirst(outcomes: readonly unknown[]): void {
  const error = outcomes.find((outcome) => outcome instanceof Error);
  if (error) {
    throw error;
  }
}
