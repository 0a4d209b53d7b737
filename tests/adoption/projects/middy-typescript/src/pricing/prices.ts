export const priced = (items: number): number => items * 1_250;
