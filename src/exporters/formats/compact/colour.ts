/** ANSI colours, or none. */

export type Colour = 'red' | 'green' | 'blue' | 'magenta' | 'cyan';

/** Wraps text in a colour; the identity when colours are off. */
export type Painter = (colour: Colour, text: string) => string;

const CODES: Readonly<Record<Colour, number>> = {
  red: 31,
  green: 32,
  blue: 34,
  magenta: 35,
  cyan: 36,
};

/** Text as it is. */
export const plain: Painter = (_colour, text) => text;

/** Text in the colour, and the terminal's own colour after it. */
export const coloured: Painter = (colour, text) =>
  text === '' ? '' : `\u001b[${CODES[colour]}m${text}\u001b[0m`;
