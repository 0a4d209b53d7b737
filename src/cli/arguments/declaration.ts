/** What a command takes. One declaration makes its help, its parsing and its shell completion. */

export interface OptionDeclaration {
  readonly summary: string;
  /** One letter. */
  readonly short?: string;
  /** The word for the value in the help. An option without this word is a flag. */
  readonly takes?: string;
  readonly default?: string | readonly string[];
  /** The only allowed values. Without choices any value is allowed. */
  readonly choices?: readonly string[];
  /** True when the option may be given several times; its value is then a list. */
  readonly isRepeatable?: true;
}

export type OptionDeclarations = Readonly<Record<string, OptionDeclaration>>;

export interface ArgumentDeclaration {
  readonly name: string;
  readonly summary: string;
  readonly isOptional?: true;
  /** The only allowed words. Without choices any word is allowed. */
  readonly choices?: readonly string[];
}

export interface Declaration<O extends OptionDeclarations = OptionDeclarations> {
  readonly name: string;
  /** One line of `slipway --help`. */
  readonly summary: string;
  /** What the command does, in paragraphs. */
  readonly about: string;
  readonly arguments: readonly ArgumentDeclaration[];
  /** The message when the words of the command line are not these arguments. */
  readonly wants?: string;
  readonly options: O;
  /** Whole command lines. */
  readonly examples: readonly string[];
  /** The end of the help: exit codes, the format of a file. */
  readonly notes?: string;
}

/** The parsed command line that a command gets. */
export interface Given<O extends OptionDeclarations = OptionDeclarations> {
  readonly values: ValuesOf<O>;
  /** The arguments in order, without optional arguments that were left out. */
  readonly words: readonly string[];
}

export type ValuesOf<O extends OptionDeclarations> = { readonly [K in keyof O]: ValueOf<O[K]> };

type ValueOf<O> = O extends { readonly takes: string }
  ? (O extends { readonly isRepeatable: true } ? readonly string[] : string) | Missing<O>
  : boolean;
type Missing<O> = O extends { readonly default: string | readonly string[] } ? never : undefined;

/** Keeps the names of the options as a type, from which the type of the values is made. */
export function declare<const O extends OptionDeclarations>(declaration: Declaration<O>): Declaration<O> {
  return declaration;
}
