/** Says on a terminal's stderr which trial is through; nothing in a pipe. */
export function showTrial(name: string, round: number): void {
  if (process.stderr.isTTY) {
    console.error(`${name}: round ${round + 1} done`);
  }
}
