/** How words of a text are set off. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
}

const same = (text: string) => text;

/** For files and pipes. */
export const plain: Style = { bold: same, dim: same, red: same };
