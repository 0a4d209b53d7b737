/** What a command takes. Its help and its parsing are made from one declaration, and a completion can be made from it too. */

export interface OptionDeclaration {
  readonly summary: string;
  /** One letter. */
  readonly short?: string;
  /** The word for the value in the help. An option without it is a flag. */
  readonly takes?: string;
  readonly default?: string | readonly string[];
  /** The option may be given several times, and its value is a list. */
  readonly isRepeatable?: true;
}

export type OptionDeclarations = Readonly<Record<string, OptionDeclaration>>;

export interface ArgumentDeclaration {
  readonly name: string;
  readonly summary: string;
  readonly isOptional?: true;
  /** The only words that may stand here. Without it any word may. */
  readonly choices?: readonly string[];
}

export interface Declaration<O extends OptionDeclarations = OptionDeclarations> {
  readonly name: string;
  /** One line of `slipway --help`. */
  readonly summary: string;
  /** What the command does, in paragraphs. */
  readonly about: string;
  readonly arguments: readonly ArgumentDeclaration[];
  /** What is said when the words of the command line are not these arguments. */
  readonly wants?: string;
  readonly options: O;
  /** Whole command lines. */
  readonly examples: readonly string[];
  /** What the help says last: exit codes, the format of a file. */
  readonly notes?: string;
}

/** A command line as its command gets it. */
export interface Given<O extends OptionDeclarations = OptionDeclarations> {
  readonly values: ValuesOf<O>;
  /** The arguments, in order; an optional one that was left out is not in the list. */
  readonly words: readonly string[];
}

export type ValuesOf<O extends OptionDeclarations> = { readonly [K in keyof O]: ValueOf<O[K]> };

type ValueOf<O> = O extends { readonly takes: string }
  ? (O extends { readonly isRepeatable: true } ? readonly string[] : string) | Missing<O>
  : boolean;
type Missing<O> = O extends { readonly default: string | readonly string[] } ? never : undefined;

/** Keeps the names of the options, by which the type of the values is made. */
export function declare<const O extends OptionDeclarations>(declaration: Declaration<O>): Declaration<O> {
  return declaration;
}
