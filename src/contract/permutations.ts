/** Returns every order of a few things. */
export function permutations<T>(things: readonly T[]): readonly (readonly T[])[] {
  if (things.length < 2) return [things]
  return things.flatMap((thing, index) => permutations(things.filter((_, other) => other !== index)).map((rest) => [thing, ...rest]))
}
