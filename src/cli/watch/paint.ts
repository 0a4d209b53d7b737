/** Colours of a line. What prints decides whether there are any, so that the lines themselves are the same. */
import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan' | 'inverse';

export type Paint = (style: Style, text: string) => string;

export const plain: Paint = (_style, text) => text;

/** A stream without a terminal would be left without colours by `styleText`: whoever calls this has asked it already. */
export const coloured: Paint = (style, text) => styleText(style, text, { validateStream: false });
